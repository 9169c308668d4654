package dev.galley.auth.provider;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Session;
import dev.galley.auth.account.User;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Callers.SignedIn;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /oauth/authorizations/:id}: what the page of consent shows, and what the user decides. The first user who opens it is
 * the one who is asked; to everybody else it does not exist.
 */
final class Consent {
    private final Parts parts;
    private final Secrets secrets;
    private final Redirection redirection;

    Consent(Parts parts, Secrets secrets, Redirection redirection) {
        this.parts = parts;
        this.secrets = secrets;
        this.redirection = redirection;
    }

    /** {@code GET}: the question, or where to go when it was answered before. */
    Reply details(AuthRequest request) throws SQLException {
        checkOrigin(request);
        return parts.transaction(connection -> {
            SignedIn caller = parts.callers().signedInLocked(connection, request);
            User user = caller.user();
            Authorization asked = pending(connection, request);
            Client client = client(connection, asked);
            if (asked.user().isEmpty()) {
                Authorizations.askOf(connection, asked.id(), user.id());
            } else if (!asked.user().get().equals(user.id())) {
                throw unknown();
            }
            boolean agreed = !asked.askAlways()
                    && Consents.of(connection, user.id(), client.id())
                            .filter(consent -> asked.scopes().within(consent.scopes()))
                            .isPresent();
            if (agreed) {
                return redirect(approved(connection, request, asked, caller, "remembered"));
            }
            ObjectNode json = StrictJson.newObject();
            json.put("authorization_id", asked.publicId());
            json.put("redirect_uri", asked.redirectUri());
            json.set("client", client.shown());
            json.putObject("user")
                    .put("id", user.id().toString())
                    .put("email", user.email().orElse(""));
            json.put("scope", asked.scopes().text());
            return Reply.ok(json);
        });
    }

    /** {@code POST .../consent}. */
    Reply decide(AuthRequest request) throws SQLException {
        checkOrigin(request);
        boolean approve = switch (request.json().text("action").orElse("")) {
            case "approve" -> true;
            case "deny" -> false;
            default ->
                throw AuthError.invalid("action must be 'approve' or 'deny'").thrown();
        };
        return parts.transaction(connection -> {
            SignedIn caller = parts.callers().signedInLocked(connection, request);
            Authorization asked = pending(connection, request);
            Client client = client(connection, asked);
            if (asked.user().filter(caller.user().id()::equals).isEmpty()) {
                throw unknown();
            }
            if (!approve) {
                Authorizations.deny(connection, asked.id());
                note(connection, request, Audit.Action.OAUTH_CONSENT_DENIED, caller, asked, "asked");
                return redirect(redirection.error(
                        asked.redirectUri(),
                        new OAuthRefusal(400, "access_denied", "User denied the request"),
                        asked.state()));
            }
            Consents.give(connection, caller.user().id(), client.id(), asked.scopes(), parts.now());
            return redirect(approved(connection, request, asked, caller, "asked"));
        });
    }

    private String approved(
            Connection connection, AuthRequest request, Authorization asked, SignedIn caller, String how)
            throws SQLException {
        String code = secrets.make();
        Instant now = parts.now();
        Authorizations.approve(
                connection,
                asked.id(),
                code,
                caller.session().map(Session::createdAt),
                now,
                now.plus(parts.settings().oauthServer().codeExpiry()));
        note(connection, request, Audit.Action.OAUTH_CONSENT_GIVEN, caller, asked, how);
        return redirection.code(asked, code);
    }

    private void note(
            Connection connection,
            AuthRequest request,
            Audit.Action action,
            SignedIn caller,
            Authorization asked,
            String how)
            throws SQLException {
        ObjectNode traits = StrictJson.newObject()
                .put("client_id", asked.client().toString())
                .put("scope", asked.scopes().text())
                .put("consent", how);
        Audit.note(connection, action, caller.user(), traits, request.clientAddress(), parts.now());
    }

    private Authorization pending(Connection connection, AuthRequest request) throws SQLException {
        Authorization asked = Authorizations.lockedByPublicId(connection, request.path("authorization_id"))
                .orElseThrow(Consent::unknown);
        if (asked.expiredAt(parts.now())) {
            throw unknown();
        }
        if (asked.status() != Authorization.Status.PENDING) {
            throw AuthError.invalid("authorization request cannot be processed").thrown();
        }
        return asked;
    }

    /** The client as it is now: one that was deleted, or has given up the address, gets no code. */
    private static Client client(Connection connection, Authorization asked) throws SQLException {
        return Clients.byId(connection, asked.client())
                .filter(client -> client.redirectUris().contains(asked.redirectUri()))
                .orElseThrow(Consent::unknown);
    }

    /** Browsers say which page asks: only pages of the application may. */
    private void checkOrigin(AuthRequest request) {
        Optional<String> origin = request.header("Origin");
        if (origin.isPresent() && !parts.redirects().allows(origin.get())) {
            throw AuthError.invalid("unauthorized request origin").thrown();
        }
    }

    private static Reply redirect(String url) {
        return Reply.ok(StrictJson.newObject().put("redirect_url", url));
    }

    private static AuthException unknown() {
        return AuthError.of(404, ErrorCode.OAUTH_AUTHORIZATION_NOT_FOUND, "authorization not found")
                .thrown();
    }
}
