-- What texts and contacts have in common, and what becomes of a text on the leads of whom it names.
create or replace table memory.main.text_clues (
    text varchar not null,
    clue varchar not null
);

create or replace table memory.main.contact_clues (
    contact varchar not null,
    clue varchar not null
);

create or replace table memory.main.own_masked (
    way varchar not null,
    lead_id bigint not null,
    text varchar not null,
    masked varchar not null
);
