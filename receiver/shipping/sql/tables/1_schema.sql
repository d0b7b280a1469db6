create schema if not exists shipping
