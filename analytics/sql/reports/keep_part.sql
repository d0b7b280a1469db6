create or replace temp table {{ table }} as
{{ part }}
