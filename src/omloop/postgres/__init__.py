"""The embedded PostgreSQL: started, stopped and recovered without anybody having to know it is there."""
