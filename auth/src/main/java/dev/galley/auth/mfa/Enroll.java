package dev.galley.auth.mfa;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Factor;
import dev.galley.auth.account.Factors;
import dev.galley.auth.account.User;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.factor.Base32;
import dev.galley.auth.factor.MfaSettings;
import dev.galley.auth.factor.QrPicture;
import dev.galley.auth.factor.SecretBox;
import dev.galley.auth.factor.Totp;
import dev.galley.auth.flow.Addresses;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /factors}: a new factor, of no use until it is verified. */
final class Enroll implements Endpoint {
    private static final int MAX_NAME = 120;

    private final Parts parts;
    private final SecretBox box;

    private record Wanted(Factor.Kind kind, String name, String issuer, Optional<String> phone) {}

    Enroll(Parts parts, SecretBox box) {
        this.parts = parts;
        this.box = box;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        parts.limits()
                .require(
                        "factor",
                        request.clientAddress(),
                        parts.settings().rates().factors());
        JsonBody body = request.json();
        return parts.transaction(connection -> {
            Holder holder = Holder.locked(parts, connection, request);
            return Reply.ok(enrolled(connection, request, holder, wanted(body)));
        });
    }

    private Wanted wanted(JsonBody body) {
        Factor.Kind kind = body.text("factor_type")
                .flatMap(Factor.Kind::of)
                .orElseThrow(() -> AuthError.invalid("factor_type needs to be totp, phone, or webauthn")
                        .thrown());
        new Enabled(settings()).requireEnroll(kind);
        Optional<String> phone = kind == Factor.Kind.PHONE
                ? Optional.of(Addresses.phone(body.text("phone")
                        .orElseThrow(() -> AuthError.invalid("Phone number required to enroll Phone factor")
                                .thrown())))
                : Optional.empty();
        String host = Optional.ofNullable(parts.settings().siteUrl().getHost()).orElse("Galley");
        return new Wanted(
                kind,
                name(body, "friendly_name").orElse(""),
                name(body, "issuer").orElse(host),
                phone);
    }

    static Optional<String> name(JsonBody body, String field) {
        return body.text(field).map(name -> {
            if (name.length() > MAX_NAME) {
                throw AuthError.invalid(field + " must be " + MAX_NAME + " characters or less")
                        .thrown();
            }
            return name;
        });
    }

    private ObjectNode enrolled(Connection connection, AuthRequest request, Holder holder, Wanted wanted)
            throws SQLException {
        holder.requireStepUp(403, "AAL2 required to enroll a new factor");
        Factors.deleteUnverified(
                connection, holder.user().id(), parts.now().minus(settings().enrolmentExpiry()));
        User user = Holder.of(parts, connection, request).user();
        requireRoom(connection, user, wanted);
        UUID id = UUID.randomUUID();
        ObjectNode json = StrictJson.newObject();
        json.put("id", id.toString()).put("type", wanted.kind().text()).put("friendly_name", wanted.name());
        Optional<String> secret = Optional.empty();
        if (wanted.kind() == Factor.Kind.TOTP) {
            String plain = Base32.encode(box.randomBytes(Totp.SECRET_BYTES));
            secret = Optional.of(box.seal(plain, id.toString()));
            json.set("totp", totp(user, wanted.issuer(), plain));
        }
        wanted.phone().ifPresent(phone -> json.put("phone", phone));
        Factor factor = new Factor(
                id,
                user.id(),
                wanted.kind(),
                false,
                wanted.name(),
                secret,
                wanted.phone(),
                Optional.empty(),
                Optional.empty());
        Factors.insert(connection, factor, parts.now());
        Audit.note(
                connection,
                Audit.Action.FACTOR_IN_PROGRESS,
                user,
                StrictJson.newObject()
                        .put("factor_id", id.toString())
                        .put("factor_type", wanted.kind().text()),
                request.clientAddress(),
                parts.now());
        return json;
    }

    private void requireRoom(Connection connection, User user, Wanted wanted) throws SQLException {
        int number = user.factors().size();
        for (ObjectNode factor : user.factors()) {
            boolean verified = factor.path("status").asString("").equals("verified");
            if (wanted.phone().isPresent()
                    && factor.path("phone").asString("").equals(wanted.phone().get())) {
                if (verified) {
                    throw AuthError.of(
                                    422,
                                    ErrorCode.MFA_VERIFIED_FACTOR_EXISTS,
                                    "A verified phone factor already exists, unenroll the existing factor to continue")
                            .thrown();
                }
                Factors.delete(connection, UUID.fromString(factor.path("id").asString()));
                number--;
            } else if (!wanted.name().isBlank()
                    && factor.path("friendly_name").asString("").equals(wanted.name())) {
                throw AuthError.of(
                                422,
                                ErrorCode.MFA_FACTOR_NAME_CONFLICT,
                                "A factor with the friendly name \"" + wanted.name()
                                        + "\" for this user already exists")
                        .thrown();
            }
        }
        if (number >= settings().maxFactors()) {
            throw AuthError.of(
                            422,
                            ErrorCode.TOO_MANY_ENROLLED_MFA_FACTORS,
                            "Maximum number of enrolled factors reached, unenroll to continue")
                    .thrown();
        }
    }

    /** What authenticator apps read: a key URI, as a picture too. */
    private static ObjectNode totp(User user, String issuer, String secret) {
        String account = user.email().or(user::phone).orElse("user");
        String uri = "otpauth://totp/" + encoded(issuer) + ":" + encoded(account) + "?algorithm=SHA1&digits=6&issuer="
                + encoded(issuer) + "&period=30&secret=" + secret;
        return StrictJson.newObject()
                .put("qr_code", QrPicture.svg(uri))
                .put("secret", secret)
                .put("uri", uri);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private MfaSettings settings() {
        return parts.settings().mfa();
    }
}
