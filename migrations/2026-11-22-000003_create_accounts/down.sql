DROP TABLE audit_events, attempts, api_keys, password_resets, refresh_tokens, sessions, users;
DROP TYPE user_role;
