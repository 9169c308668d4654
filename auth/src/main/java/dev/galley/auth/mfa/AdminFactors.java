package dev.galley.auth.mfa;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Factor;
import dev.galley.auth.account.Factors;
import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Addresses;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /admin/users/{id}/factors}: what an administrator sees and does of a user's factors. */
final class AdminFactors {
    private final Parts parts;

    AdminFactors(Parts parts) {
        this.parts = parts;
    }

    Reply list(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            ArrayNode all = StrictJson.newObject().arrayNode();
            user(connection, request).factors().forEach(factor -> all.add(UserJson.factor(factor)));
            return Reply.ok(all);
        });
    }

    Reply update(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        Optional<String> name = Enroll.name(body, "friendly_name");
        Optional<String> phone = body.text("phone").map(Addresses::phone);
        return parts.transaction(connection -> {
            User user = user(connection, request);
            Factor factor = factor(connection, user, request);
            requireFree(user, factor, name, phone);
            if (name.isPresent()) {
                Factors.rename(connection, factor.id(), name.get(), parts.now());
            }
            if (phone.isPresent() && factor.kind() == Factor.Kind.PHONE) {
                Factors.changePhone(connection, factor.id(), phone.get(), parts.now());
            }
            note(connection, request, user, factor, Audit.Action.FACTOR_UPDATED);
            return Reply.ok(json(Users.byId(connection, user.id()).orElseThrow(), factor.id()));
        });
    }

    private static void requireFree(User user, Factor factor, Optional<String> name, Optional<String> phone) {
        boolean taken = user.factors().stream()
                .filter(other ->
                        !other.path("id").asString("").equals(factor.id().toString()))
                .anyMatch(other -> name.filter(wanted ->
                                        other.path("friendly_name").asString("").equals(wanted))
                                .isPresent()
                        || phone.filter(wanted ->
                                        other.path("phone").asString("").equals(wanted))
                                .isPresent());
        if (taken) {
            throw AuthError.of(
                            422,
                            ErrorCode.MFA_FACTOR_NAME_CONFLICT,
                            "Another factor of this user has this name or phone")
                    .thrown();
        }
    }

    Reply delete(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            User user = user(connection, request);
            Factor factor = factor(connection, user, request);
            ObjectNode json = json(user, factor.id());
            Removal.remove(parts, connection, user, factor);
            note(connection, request, user, factor, Audit.Action.FACTOR_DELETED);
            return Reply.ok(json);
        });
    }

    private static User user(Connection connection, AuthRequest request) throws SQLException {
        return Users.locked(connection, Holder.uuid(request.path("user_id"), 404, "user_id"))
                .orElseThrow(() -> AuthError.of(404, ErrorCode.USER_NOT_FOUND, "User not found")
                        .thrown());
    }

    private static Factor factor(Connection connection, User user, AuthRequest request) throws SQLException {
        UUID id = Holder.uuid(request.path("factor_id"), 404, "factor_id");
        return Factors.byId(connection, user.id(), id)
                .orElseThrow(() -> AuthError.of(404, ErrorCode.MFA_FACTOR_NOT_FOUND, "Factor not found")
                        .thrown());
    }

    private static ObjectNode json(User user, UUID factor) {
        return user.factors().stream()
                .filter(row -> row.path("id").asString("").equals(factor.toString()))
                .map(UserJson::factor)
                .findFirst()
                .orElseThrow();
    }

    private void note(Connection connection, AuthRequest request, User user, Factor factor, Audit.Action action)
            throws SQLException {
        Audit.note(
                connection,
                action,
                user,
                StrictJson.newObject()
                        .put("user_id", user.id().toString())
                        .put("factor_id", factor.id().toString())
                        .put("factor_type", factor.kind().text())
                        .put("by", "admin"),
                request.clientAddress(),
                parts.now());
    }
}
