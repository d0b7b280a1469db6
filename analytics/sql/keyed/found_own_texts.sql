select distinct way, lead_id, text from memory.main.own_found;
