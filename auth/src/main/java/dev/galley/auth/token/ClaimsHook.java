package dev.galley.auth.token;

import dev.galley.auth.account.User;
import java.sql.Connection;
import java.sql.SQLException;
import tools.jackson.databind.node.ObjectNode;

/** May change the claims of an access token before it is signed. */
@FunctionalInterface
public interface ClaimsHook {

    /** Leaves them as they are. */
    ClaimsHook NONE = (_, _, claims, _) -> claims;

    /**
     * @param method by which the user has just shown who they are, or {@code token_refresh}
     * @throws dev.galley.auth.error.AuthException when it refuses the sign-in or fails
     */
    ObjectNode apply(Connection connection, User user, ObjectNode claims, String method) throws SQLException;
}
