select distinct way from memory.main.own_masked;
