-- They are of people; only what became of them is needed any more.
drop table if exists memory.main.texts;
