package dev.galley.auth;

import static dev.galley.auth.edge.Endpoint.Access.KEY;
import static dev.galley.auth.edge.Endpoint.Access.PUBLIC;
import static dev.galley.auth.edge.Endpoint.Access.USER;

import dev.galley.auth.account.AuditSeal;
import dev.galley.auth.account.OneTimeTokens;
import dev.galley.auth.admin.AdminRoutes;
import dev.galley.auth.audit.AuditChain;
import dev.galley.auth.audit.AuditJob;
import dev.galley.auth.captcha.Captcha;
import dev.galley.auth.cleanup.CleanUp;
import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Route;
import dev.galley.auth.factor.SecretBox;
import dev.galley.auth.flow.Callers;
import dev.galley.auth.flow.GetUser;
import dev.galley.auth.flow.Logout;
import dev.galley.auth.flow.Messages;
import dev.galley.auth.flow.Otp;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.PasswordGrant;
import dev.galley.auth.flow.PkceGrant;
import dev.galley.auth.flow.PublicInfo;
import dev.galley.auth.flow.Reauthenticate;
import dev.galley.auth.flow.Recover;
import dev.galley.auth.flow.Redirects;
import dev.galley.auth.flow.RefreshGrant;
import dev.galley.auth.flow.Resend;
import dev.galley.auth.flow.SignUp;
import dev.galley.auth.flow.TextMessages;
import dev.galley.auth.flow.TokenEndpoint;
import dev.galley.auth.flow.UpdateUser;
import dev.galley.auth.flow.Verify;
import dev.galley.auth.flow.VerifyLink;
import dev.galley.auth.hook.Hook;
import dev.galley.auth.hook.Hooks;
import dev.galley.auth.limit.RateLimits;
import dev.galley.auth.mail.MailRoom;
import dev.galley.auth.mfa.MfaRoutes;
import dev.galley.auth.oauth.OAuth;
import dev.galley.auth.passkey.PasskeyRoutes;
import dev.galley.auth.password.PasswordHasher;
import dev.galley.auth.password.PasswordPolicy;
import dev.galley.auth.provider.OAuthServer;
import dev.galley.auth.sso.Sso;
import dev.galley.auth.token.Refreshes;
import dev.galley.auth.token.SignIns;
import dev.galley.auth.web3.Web3Grant;
import dev.galley.auth.webauthn.WebAuthn;
import dev.galley.identity.Authenticator;
import dev.galley.identity.TokenSigner;
import dev.galley.postgres.PlatformDatabase;
import io.vertx.core.Vertx;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Puts the service together; {@link #routes} is its table of contents. */
public final class AuthRoutes {
    private AuthRoutes() {}

    /**
     * What the service stands on.
     *
     * @param authenticator tells whether a token is one of ours
     * @param address of the API, known when it listens
     * @param jwks the public keys of the project, as a JWK set
     * @param version of the program
     */
    public record Foundation(
            Vertx vertx,
            PlatformDatabase database,
            TokenSigner signer,
            Authenticator authenticator,
            Supplier<String> address,
            Supplier<String> jwks,
            String version,
            Clock clock,
            SecureRandom random) {}

    public static AuthService service(AuthSettings settings, Foundation on) {
        Supplier<String> externalUrl = () -> settings.externalUrl()
                .map(URI::toString)
                .orElseGet(() -> on.address().get() + AuthService.PREFIX);
        RateLimits limits = new RateLimits(on.database(), on.clock());
        PasswordHasher hasher = new PasswordHasher(settings.passwords());
        MailRoom mailRoom = new MailRoom(
                on.vertx(),
                on.database(),
                settings.mail(),
                settings.sms(),
                settings.hooks().has(Hook.SEND_EMAIL),
                on.clock());
        Hooks hooks = new Hooks(settings.hooks(), on.database(), on.clock());
        SignIns signIns =
                new SignIns(settings.sessions(), on.signer(), hooks.claims(), externalUrl, on.clock(), on.random());
        OneTimeTokens oneTimeTokens = new OneTimeTokens(on.signer().derive("one-time tokens"), on.random());
        Parts parts = new Parts(
                settings,
                on.database(),
                on.clock(),
                limits,
                hasher,
                new PasswordPolicy(settings.passwords()),
                signIns,
                new Refreshes(signIns),
                oneTimeTokens,
                new Messages(settings, oneTimeTokens, limits, hooks, externalUrl, mailRoom::expect, on.clock()),
                new TextMessages(settings, oneTimeTokens, limits, hooks, mailRoom::expect, on.clock()),
                hooks,
                new Redirects(settings.siteUrl(), settings.redirectUrls()),
                new Callers(on.clock()));
        PublicInfo info = new PublicInfo(settings, on.version(), on.jwks());
        OAuth oauth = new OAuth(on.vertx(), parts, on.signer(), externalUrl, on.random());
        AutoCloseable closing = () -> {
            oauth.close();
            hooks.close();
            hasher.close();
        };
        WebAuthn webAuthn = new WebAuthn(settings.webAuthn(), settings.siteUrl(), on.random());
        Captcha captcha = new Captcha(settings.captcha());
        List<Route> routes = routes(parts, info, oauth, webAuthn, captcha);
        routes.addAll(new Sso(parts, on.signer(), externalUrl, on.random(), oauth.outgoing(), captcha).routes());
        routes.addAll(
                new OAuthServer(parts, on.signer(), on.authenticator(), externalUrl, on.jwks(), on.random()).routes());
        routes.addAll(MfaRoutes.of(parts, new SecretBox(on.signer().derive("factor secrets"), on.random()), webAuthn));
        routes.replaceAll(route -> route.access() == Endpoint.Access.ADMIN ? live(parts, route) : route);
        AuditSeal seal = new AuditSeal(on.signer().derive("audit log"));
        AuditChain chain =
                new AuditChain(on.database(), seal, settings.cleanUp().batch());
        return new AuthService(
                settings,
                routes,
                closing,
                mailRoom,
                new CleanUp(on.database(), settings, limits, on.clock()),
                seal,
                new AuditJob(chain, settings.audit(), settings.cleanUp().interval(), on.clock()));
    }

    private static Route live(Parts parts, Route route) {
        return new Route(route.method(), route.path(), route.access(), request -> {
            if (Callers.bySession(request)) {
                parts.transaction(connection -> parts.callers().signedIn(connection, request));
            }
            return route.endpoint().answer(request);
        });
    }

    private static List<Route> routes(Parts parts, PublicInfo info, OAuth oauth, WebAuthn webAuthn, Captcha captcha) {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.get("/health", PUBLIC, info::health));
        routes.add(Route.get("/settings", KEY, info::settings));
        routes.add(Route.get("/.well-known/jwks.json", PUBLIC, info::jwks));
        routes.add(Route.post("/signup", KEY, captcha.before(new SignUp(parts))));
        routes.add(Route.post("/token", KEY, tokens(parts, captcha, oauth)));
        Endpoint otp = captcha.before(new Otp(parts));
        routes.add(Route.post("/otp", KEY, otp));
        routes.add(Route.post("/magiclink", KEY, otp));
        routes.add(Route.post("/recover", KEY, captcha.before(new Recover(parts))));
        routes.add(Route.post("/resend", KEY, captcha.before(new Resend(parts))));
        routes.add(Route.get("/verify", PUBLIC, new VerifyLink(parts)));
        routes.add(Route.post("/verify", KEY, new Verify(parts)));
        routes.add(Route.post("/logout", USER, new Logout(parts)));
        routes.add(Route.get("/reauthenticate", USER, new Reauthenticate(parts)));
        routes.add(Route.get("/user", USER, new GetUser(parts)));
        routes.add(Route.put("/user", USER, new UpdateUser(parts)));
        routes.addAll(oauth.routes());
        routes.addAll(AdminRoutes.of(parts));
        routes.addAll(PasskeyRoutes.of(parts, webAuthn, captcha));
        return routes;
    }

    private static TokenEndpoint tokens(Parts parts, Captcha captcha, OAuth oauth) {
        return new TokenEndpoint(
                parts,
                Map.of(
                        "password",
                        captcha.before(new PasswordGrant(parts)),
                        "refresh_token",
                        new RefreshGrant(parts),
                        "pkce",
                        new PkceGrant(parts),
                        "id_token",
                        oauth.idTokenGrant(),
                        "web3",
                        captcha.before(new Web3Grant(parts))));
    }
}
