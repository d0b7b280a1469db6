select id from {{ name }}.current_snapshot();
