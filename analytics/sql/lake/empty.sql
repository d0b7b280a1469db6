delete from {{ target }};
