package dev.galley.auth.mfa;

import static dev.galley.auth.edge.Endpoint.Access.ADMIN;
import static dev.galley.auth.edge.Endpoint.Access.USER;

import dev.galley.auth.account.Factor;
import dev.galley.auth.edge.Route;
import dev.galley.auth.factor.SecretBox;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.webauthn.WebAuthn;
import java.util.List;
import java.util.Map;

/** The endpoints of second factors. */
public final class MfaRoutes {
    private MfaRoutes() {}

    public static List<Route> of(Parts parts, SecretBox box, WebAuthn webAuthn) {
        Map<Factor.Kind, Proof> proofs = Map.of(
                Factor.Kind.TOTP,
                new TotpProof(box, parts.clock()),
                Factor.Kind.PHONE,
                new PhoneProof(parts, box),
                Factor.Kind.WEBAUTHN,
                new WebAuthnProof(webAuthn, parts.settings().mfa()));
        Recovery recovery = new Recovery(parts, box);
        AdminFactors admin = new AdminFactors(parts);
        return List.of(
                Route.get("/factors/recovery-codes", USER, recovery::status),
                Route.post("/factors/recovery-codes", USER, recovery::generate),
                Route.delete("/factors/recovery-codes", USER, recovery::remove),
                Route.post("/factors/recovery-codes/regenerate", USER, recovery::regenerate),
                Route.post("/factors/recovery-codes/verify", USER, recovery::verify),
                Route.post("/factors", USER, new Enroll(parts, box)),
                Route.post("/factors/:factor_id/challenge", USER, new ChallengeFactor(parts, proofs)),
                Route.post("/factors/:factor_id/verify", USER, new VerifyFactor(parts, proofs)),
                Route.delete("/factors/:factor_id", USER, new Unenroll(parts)),
                Route.get("/admin/users/:user_id/factors", ADMIN, admin::list),
                Route.put("/admin/users/:user_id/factors/:factor_id", ADMIN, admin::update),
                Route.delete("/admin/users/:user_id/factors/:factor_id", ADMIN, admin::delete));
    }
}
