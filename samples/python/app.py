"""A Flask application whose users have their accounts at WebApp."""

import os
import secrets
from urllib.parse import urlencode

import requests
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, jsonify, redirect, render_template_string, request, session, url_for

ISSUER = os.environ["ISSUER"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
PORT = int(os.environ.get("PORT", "3000"))

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)
app.config["SERVER_NAME"] = f"localhost:{PORT}"
accounts = OAuth(app).register(
    "accounts",
    server_metadata_url=f"{ISSUER}.well-known/openid-configuration",
    client_id=CLIENT_ID,
    client_secret=CLIENT_SECRET,
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)

PAGE = """
{% if user %}
<h1>Hello {{ user.name }}</h1><form method="post" action="/logout"><button>Sign out</button></form>
{% else %}
<h1>Hello stranger</h1><a href="/login">Sign in</a>
{% endif %}
"""


@app.get("/")
def home():
    return render_template_string(PAGE, user=session.get("user"))


@app.get("/login")
def login():
    return accounts.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback():
    token = accounts.authorize_access_token()
    user = accounts.userinfo(token=token)
    session.clear()
    session["user"] = {"id": user["sub"], "name": user.get("name") or user["email"]}
    session["identity_token"] = token["id_token"]
    return redirect("/")


@app.post("/logout")
def logout():
    hint = session.get("identity_token")
    session.clear()
    if hint is None:
        return redirect("/")
    query = urlencode({"id_token_hint": hint, "post_logout_redirect_uri": url_for("home", _external=True)})
    return redirect(f"{accounts.load_server_metadata()['end_session_endpoint']}?{query}")


@app.get("/api/hello")
def hello():
    """An API for other programs. It asks WebApp about each token, so a token is refused as soon as its session has ended."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        abort(401)
    endpoint = accounts.load_server_metadata()["introspection_endpoint"]
    answer = requests.post(endpoint, data={"token": token}, auth=(CLIENT_ID, CLIENT_SECRET), timeout=10).json()
    if not answer["active"]:
        abort(401)
    return jsonify(hello=answer["sub"])


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=PORT)
