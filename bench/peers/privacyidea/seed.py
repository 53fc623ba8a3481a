"""The realm of the bench: people with a TOTP token, the same as `plain-…` without one, and the policies.

Usage: seed.py PEOPLE_FILE (JSON: [{"name": …, "secret": …}]); DATABASE_URL and PRIVACYIDEA_CONFIGFILE as the server has them.
"""

import json
import os
import sys
from urllib.parse import unquote, urlsplit

from privacyidea.app import create_app
from sqlalchemy import text

REALM = "bench"
USERS = "bench_users"
COLUMNS = {
    "userid": "id",
    "username": "username",
    "givenname": "givenname",
    "surname": "surname",
    "email": "email",
    "password": "password",
}


def make_users(session, people):
    session.execute(
        text(
            f"create table {USERS} (id int primary key, username text unique, givenname text,"
            " surname text, email text, password text)"
        )
    )
    names = [name for person in people for name in (person["name"], "plain-" + person["name"])]
    session.execute(
        text(
            f"insert into {USERS} select at, name, 'g', 's', name || '@bench.test', ''"
            " from unnest(cast(:names as text[])) with ordinality as named (name, at)"
        ),
        {"names": names},
    )
    session.commit()


def make_realm():
    from privacyidea.lib.policy import set_policy
    from privacyidea.lib.realm import set_default_realm, set_realm
    from privacyidea.lib.resolver import save_resolver

    database = urlsplit(os.environ["DATABASE_URL"])
    save_resolver(
        {
            "resolver": "people",
            "type": "sqlresolver",
            "Driver": "postgresql+psycopg2",
            "Server": database.hostname,
            "Port": database.port,
            "Database": database.path.lstrip("/"),
            "User": database.username,
            "Password": unquote(database.password),
            "Table": USERS,
            "Map": json.dumps(COLUMNS),
            "Editable": False,
            "Limit": 500,
            "poolSize": 10,
        }
    )
    set_realm(REALM, [{"name": "people", "priority": 1}])
    set_default_realm(REALM)
    set_policy(
        "bench",
        scope="authentication",
        action="otppin=none, passOnNoToken, challenge_response=totp",
        realm=REALM,
    )


def make_tokens(people):
    from privacyidea.lib.token import init_token
    from privacyidea.lib.user import User

    for person in people:
        init_token(
            {
                "type": "totp",
                "otpkey": person["secret"].encode().hex(),
                "hashlib": "sha1",
                "timeStep": 30,
            },
            user=User(person["name"], realm=REALM),
        )


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        people = json.load(file)
    app = create_app(
        config_name="production", config_file=os.environ["PRIVACYIDEA_CONFIGFILE"], silent=True
    )
    with app.app_context():
        from privacyidea.models import db

        make_users(db.session, people)
        make_realm()
        make_tokens(people)
        db.session.execute(text("analyze"))
        db.session.commit()


main()
