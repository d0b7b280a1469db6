select name, value from {{ name }}.digest.basis;
