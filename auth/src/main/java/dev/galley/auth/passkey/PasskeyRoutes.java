package dev.galley.auth.passkey;

import static dev.galley.auth.edge.Endpoint.Access.ADMIN;
import static dev.galley.auth.edge.Endpoint.Access.KEY;
import static dev.galley.auth.edge.Endpoint.Access.USER;

import dev.galley.auth.captcha.Captcha;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Route;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.webauthn.WebAuthn;
import java.util.List;

/** The endpoints of passkeys. An administrator can list and remove them also where they are turned off. */
public final class PasskeyRoutes {
    private PasskeyRoutes() {}

    public static List<Route> of(Parts parts, WebAuthn webAuthn, Captcha captcha) {
        boolean enabled = parts.settings().webAuthn().passkeys();
        Registration registration = new Registration(parts, webAuthn);
        PasskeySignIn signIn = new PasskeySignIn(parts, webAuthn);
        OwnPasskeys own = new OwnPasskeys(parts);
        AdminPasskeys admin = new AdminPasskeys(parts);
        return List.of(
                Route.post("/passkeys/registration/options", USER, where(enabled, registration::options)),
                Route.post("/passkeys/registration/verify", USER, where(enabled, registration::verify)),
                Route.post("/passkeys/authentication/options", KEY, where(enabled, captcha.before(signIn::options))),
                Route.post("/passkeys/authentication/verify", KEY, where(enabled, signIn::verify)),
                Route.get("/passkeys", USER, where(enabled, own::list)),
                Route.patch("/passkeys/:passkey_id", USER, where(enabled, own::rename)),
                Route.delete("/passkeys/:passkey_id", USER, where(enabled, own::remove)),
                Route.get("/admin/users/:user_id/passkeys", ADMIN, admin::list),
                Route.delete("/admin/users/:user_id/passkeys/:passkey_id", ADMIN, admin::remove));
    }

    private static Endpoint where(boolean enabled, Endpoint endpoint) {
        return enabled
                ? endpoint
                : _ -> {
                    throw AuthError.of(404, ErrorCode.PASSKEY_DISABLED, "Passkeys are disabled")
                            .thrown();
                };
    }
}
