drop table memory.main.own_found;

drop table memory.main.text_clues;

drop table memory.main.contact_clues;

drop table memory.main.texts;
