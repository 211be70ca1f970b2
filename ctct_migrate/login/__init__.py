"""Logging in to an account of a target (OAuth 2.0), and access tokens that renew themselves.

- `log_ins`           a log-in as a value
- `log_in_store`      where log-ins are kept from run to run; `system_keyring` keeps their secrets
- `login_server`      what is asked of a log-in server, by oauthlib over httpx
- `login_answers`     what its answers mean
- `redirects`         the address of this machine that a browser is sent back to
- `flows`             a log-in by a browser, and one by a code that is entered elsewhere
- `renewal`           a token that is renewed before it ends, once for all processes
- `which_log_in`      which log-in, or which variables of the environment, a command uses
- `account_identity`  whose account it is, and what the user may do

The extra `login` has what `login_server` and `log_in_store` need.  Who only lints or converts loads
nothing of this.
"""
