# Calls STS through botocore for each line on standard input: `NAME` is a client of that name, which is made when it is
# first named and keeps its credentials as botocore does. Prints `NAME ok KEYID` or `NAME failed CODE`.
import sys

import botocore.exceptions
import botocore.session

clients = {}
for line in sys.stdin:
    name = line.strip()
    if name not in clients:
        session = botocore.session.get_session()
        # Of a busy machine nothing is told here.
        session.set_config_variable("metadata_service_timeout", 10)
        clients[name] = (session, session.create_client("sts", region_name="eu-central-1"))
    session, client = clients[name]
    try:
        client.get_caller_identity()
        print(name, "ok", session.get_credentials().access_key, flush=True)
    except botocore.exceptions.ClientError as error:
        print(name, "failed", error.response["Error"]["Code"], flush=True)
    except botocore.exceptions.BotoCoreError as error:
        print(name, "failed", type(error).__name__, flush=True)
