package dev.galley.auth.mfa;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.RecoveryCodes;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.factor.Base32;
import dev.galley.auth.factor.SecretBox;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.token.Tokens;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /factors/recovery-codes}: codes on paper for who has lost the other factors. Shown once, kept as digests, each used once.
 * They are not listed among the user's factors: clients that do not know their kind would stumble over it.
 */
final class Recovery {
    static final String METHOD = "mfa/recovery_code";

    private static final String KIND = "recovery_code";
    private static final int CODE_BYTES = 10;

    private final Parts parts;
    private final SecretBox box;
    private final Guesses guesses;
    private final Elevation elevation;

    /** @param codes the set that it was tried with */
    private record Used(UUID codes, boolean valid) {}

    Recovery(Parts parts, SecretBox box) {
        this.parts = parts;
        this.box = box;
        this.guesses = new Guesses(parts);
        this.elevation = new Elevation(parts);
    }

    /** {@code GET}: how many are left. */
    Reply status(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            Holder holder = Holder.of(parts, connection, request);
            RecoveryCodes.State state = state(connection, holder);
            return Reply.ok(json(state.id()).put("total", state.total()).put("remaining", state.remaining()));
        });
    }

    /** {@code POST}: the first ones. */
    Reply generate(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            Holder holder = stepped(connection, request);
            if (RecoveryCodes.of(connection, holder.user().id()).isPresent()) {
                throw AuthError.of(
                                422,
                                ErrorCode.MFA_VERIFIED_FACTOR_EXISTS,
                                "Recovery codes already exist, regenerate or remove them")
                        .thrown();
            }
            return made(connection, request, holder, UUID.randomUUID());
        });
    }

    /** {@code POST /regenerate}: new ones instead of the old. */
    Reply regenerate(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            Holder holder = stepped(connection, request);
            return made(connection, request, holder, state(connection, holder).id());
        });
    }

    /** {@code DELETE}. */
    Reply remove(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            Holder holder = stepped(connection, request);
            UUID id = state(connection, holder).id();
            Removal.removeRecoveryCodes(connection, holder.user());
            note(connection, request, holder, Audit.Action.FACTOR_UNENROLLED);
            return Reply.ok(StrictJson.newObject().put("id", id.toString()));
        });
    }

    /** {@code POST /verify}: raises the session, as any second factor does. */
    Reply verify(AuthRequest request) throws SQLException {
        parts.limits()
                .require(
                        "factor",
                        request.clientAddress(),
                        parts.settings().rates().factors());
        String code = Codes.required(request.json()).replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
        UUID user = parts.transaction(
                connection -> Holder.of(parts, connection, request).user().id());
        guesses.count(user, user);
        Used used = parts.transaction(connection -> {
            Holder holder = Holder.locked(parts, connection, request);
            UUID id = state(connection, holder).id();
            note(connection, request, holder, Audit.Action.VERIFICATION_ATTEMPTED);
            return new Used(id, RecoveryCodes.take(connection, user, box.digest(code, user.toString()), parts.now()));
        });
        new Attempts(parts).require(user, used.codes(), KIND, used.valid());
        if (!used.valid()) {
            throw AuthError.of(422, ErrorCode.MFA_VERIFICATION_FAILED, "Invalid recovery code entered")
                    .thrown();
        }
        Tokens tokens = parts.transaction(connection -> {
            Holder holder = Holder.locked(parts, connection, request);
            return elevation.raise(connection, holder, state(connection, holder).id(), METHOD);
        });
        guesses.forget(user, user);
        return Reply.ok(tokens.json());
    }

    /** Whoever makes or removes codes has a second factor and has shown it. */
    private Holder stepped(Connection connection, AuthRequest request) throws SQLException {
        Holder holder = Holder.locked(parts, connection, request);
        if (!holder.user().hasVerifiedFactor() || !holder.session().aal2()) {
            throw AuthError.of(
                            403,
                            ErrorCode.INSUFFICIENT_AAL,
                            "AAL2 and a verified factor are required for recovery codes")
                    .thrown();
        }
        return holder;
    }

    private static RecoveryCodes.State state(Connection connection, Holder holder) throws SQLException {
        return RecoveryCodes.of(connection, holder.user().id()).orElseThrow(Recovery::none);
    }

    private static AuthException none() {
        return AuthError.of(404, ErrorCode.MFA_FACTOR_NOT_FOUND, "No recovery codes")
                .thrown();
    }

    private Reply made(Connection connection, AuthRequest request, Holder holder, UUID id) throws SQLException {
        UUID user = holder.user().id();
        List<String> codes = Stream.generate(() -> Base32.encode(box.randomBytes(CODE_BYTES)))
                .limit(parts.settings().mfa().recoveryCodes())
                .toList();
        List<String> digests =
                codes.stream().map(code -> box.digest(code, user.toString())).toList();
        RecoveryCodes.replace(connection, user, id, digests, parts.now());
        note(connection, request, holder, Audit.Action.GENERATE_RECOVERY_CODES);
        ObjectNode json = json(id).put("friendly_name", "Recovery codes").put("total", codes.size());
        var array = json.putArray("codes");
        codes.forEach(code -> array.add(code.replaceAll("(.{4})(?=.)", "$1-")));
        return Reply.ok(json);
    }

    private static ObjectNode json(UUID id) {
        return StrictJson.newObject().put("id", id.toString()).put("type", KIND);
    }

    private void note(Connection connection, AuthRequest request, Holder holder, Audit.Action action)
            throws SQLException {
        Audit.note(
                connection,
                action,
                holder.user(),
                StrictJson.newObject().put("factor_type", KIND),
                request.clientAddress(),
                parts.now());
    }
}
