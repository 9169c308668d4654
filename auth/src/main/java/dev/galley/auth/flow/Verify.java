package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.OneTimeTokens.Redeemed;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code POST /verify}: signs in whoever has a code or link that was sent to them. */
public final class Verify implements Endpoint {
    static final String HALF = "Confirmation link accepted. Please proceed to confirm link sent to the other email";

    private final Parts parts;
    private final Confirmations confirmations;

    public Verify(Parts parts) {
        this.parts = parts;
        this.confirmations = new Confirmations(parts);
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        Verification type = Verification.of(body.text("type").orElse(""));
        parts.limits()
                .require(
                        "verify",
                        request.clientAddress(),
                        parts.settings().rates().verifications());
        Optional<String> code = body.text("token");
        Optional<String> link = body.text("token_hash");
        if (code.isPresent() == link.isPresent()) {
            throw AuthError.invalid("Verify requires either a token or a token hash")
                    .thrown();
        }
        if (link.isPresent()) {
            if (body.has("email") || body.has("phone")) {
                throw AuthError.invalid("Only the token_hash and type should be provided")
                        .thrown();
            }
            return parts.transaction(
                    connection -> finish(connection, request, type, link(connection, type, link.get())));
        }
        List<User> candidates = candidates(type, body);
        return byCode(request, type, candidates, code.get().strip());
    }

    /** The attempt is counted first, in a transaction of its own: however this ends, it has been one. */
    private Reply byCode(AuthRequest request, Verification type, List<User> candidates, String code)
            throws SQLException {
        for (User user : candidates) {
            List<Kind> alive = parts.transaction(
                    connection -> parts.oneTimeTokens().countAttempt(connection, user.id(), type.kinds()));
            Optional<Reply> reply = !alive.isEmpty()
                    ? parts.transaction(connection -> {
                        Optional<Redeemed> redeemed =
                                parts.oneTimeTokens().redeemCode(connection, user.id(), alive, code, notBefore(type));
                        return redeemed.isPresent()
                                ? Optional.of(finish(connection, request, type, redeemed.get()))
                                : Optional.<Reply>empty();
                    })
                    : Optional.empty();
            if (reply.isPresent()) {
                return reply.get();
            }
        }
        noteWrong(request, type, candidates);
        throw invalid();
    }

    /** Also where there is nobody: else the time would tell. */
    private void noteWrong(AuthRequest request, Verification type, List<User> candidates) throws SQLException {
        User asked = candidates.isEmpty() ? Audit.nobody() : candidates.getFirst();
        parts.transaction(connection -> {
            Audit.note(
                    connection,
                    Audit.Action.LOGIN_FAILED,
                    asked,
                    StrictJson.newObject()
                            .put("provider", type.byPhone() ? "phone" : "email")
                            .put("reason", "code"),
                    request.clientAddress(),
                    parts.now());
            return asked;
        });
    }

    private List<User> candidates(Verification type, JsonBody body) throws SQLException {
        String audience = parts.settings().sessions().audience();
        boolean byPhone = type.byPhone();
        if (body.text(byPhone ? "phone" : "email").isEmpty()) {
            throw AuthError.invalid("Only an email address or phone number should be provided on verify")
                    .thrown();
        }
        String address = byPhone ? Addresses.phone(body.required("phone")) : Addresses.email(body.required("email"));
        // By address, also of nobody: otherwise the refusal would tell who is there.
        parts.limits().require("verify-user", address, parts.settings().rates().verifications());
        return parts.transaction(connection -> switch (type) {
            case EMAIL_CHANGE -> Users.byEmailOrNewEmail(connection, address, audience);
            case PHONE_CHANGE -> Users.byNewPhone(connection, address, audience);
            case SMS -> Users.byPhone(connection, address, audience).stream().toList();
            case SIGNUP, INVITE, RECOVERY, MAGICLINK, EMAIL ->
                Users.byEmail(connection, address, audience).stream().toList();
        });
    }

    private Redeemed link(Connection connection, Verification type, String link) throws SQLException {
        return parts.oneTimeTokens()
                .redeemLink(connection, type.kinds(), link, notBefore(type))
                .orElseThrow(Verify::invalidLink);
    }

    private Reply finish(Connection connection, AuthRequest request, Verification type, Redeemed redeemed)
            throws SQLException {
        Optional<User> user = confirmations.apply(connection, request, redeemed, type.byPhone());
        if (user.isEmpty()) {
            return Reply.ok(StrictJson.newObject().put("msg", HALF).put("code", "200"));
        }
        return Reply.ok(parts.signIns()
                .begin(connection, user.get().id(), "otp", Parts.client(request))
                .json());
    }

    private Instant notBefore(Verification type) {
        return parts.now()
                .minus(
                        type.byPhone()
                                ? parts.settings().phone().otpExpiry()
                                : parts.settings().email().otpExpiry());
    }

    static AuthException invalidLink() {
        return AuthError.of(403, ErrorCode.OTP_EXPIRED, "Email link is invalid or has expired")
                .thrown();
    }

    private static AuthException invalid() {
        return AuthError.of(403, ErrorCode.OTP_EXPIRED, "Token has expired or is invalid")
                .thrown();
    }
}
