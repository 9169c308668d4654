package dev.galley.auth.edge;

import dev.galley.auth.error.AuthException;
import java.sql.SQLException;

/** Answers one kind of request, in blocking code. */
@FunctionalInterface
public interface Endpoint {

    /** @throws AuthException when the request is refused */
    Reply answer(AuthRequest request) throws SQLException;

    /** Who may ask. */
    enum Access {
        /** Anybody, also without an API key: links in mails, redirects of a browser, public keys. */
        PUBLIC,
        /** Whoever has an API key. */
        KEY,
        /** A signed-in user; the endpoint looks the session up itself. */
        USER,
        /** The service role. */
        ADMIN
    }
}
