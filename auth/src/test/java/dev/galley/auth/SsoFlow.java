package dev.galley.auth;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.identity.StrictJson;
import dev.galley.saml.FakeIdentityProvider;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A browser between the application, the service and a {@link FakeIdentityProvider}. */
final class SsoFlow {
    static final String[] SETTINGS = {
        "auth.saml.enabled=true",
        "auth.site-url=https://app.example.com",
        "auth.additional-redirect-urls=https://app.example.com/**",
        "auth.enable-manual-linking=true"
    };

    private static final Pattern ID = Pattern.compile(" ID=\"([^\"]+)\"");

    private final AuthServer server;
    private final FakeIdentityProvider idp;

    /**
     * The user is at the provider.
     *
     * @param question the id of the question that the provider has got
     */
    record Asked(String relayState, String question, String xml, String cookie) {}

    SsoFlow(AuthServer server, FakeIdentityProvider idp) {
        this.server = server;
        this.idp = idp;
    }

    /** @param more of the JSON, with a comma in front */
    Answer create(String more) {
        return server.post(
                "/admin/sso/providers",
                "{\"type\":\"saml\",\"metadata_xml\":" + quoted(idp.metadata()) + more + "}",
                server.asAdmin());
    }

    static String quoted(String text) {
        return StrictJson.write(StrictJson.newObject().put("x", text))
                .replaceFirst("\\{\"x\":", "")
                .replaceFirst("}$", "");
    }

    Answer begin(String more) {
        return server.post("/sso", "{\"skip_http_redirect\":true" + more + "}");
    }

    /** Begins, and goes to the provider. */
    Asked asked(String more) {
        Answer begun = begin(more);
        if (begun.status() != 200) {
            throw new AssertionError(begun.response().body());
        }
        return visit(begun.text("url"), "");
    }

    Asked visit(String ticket, String cookie) {
        Answer sent = server.get(ticket, "Cookie", cookie);
        String location = sent.header("Location");
        if (!location.startsWith(FakeIdentityProvider.SIGN_ON)) {
            throw new AssertionError(sent.status() + " " + location);
        }
        return asked(location, sent.header("Set-Cookie").replaceFirst(";.*", ""));
    }

    static Asked asked(String location, String cookie) {
        Map<String, String> query = OAuthClient.query(location);
        String xml = inflated(query.get("SAMLRequest"));
        Matcher id = ID.matcher(xml);
        if (!id.find()) {
            throw new AssertionError(xml);
        }
        return new Asked(query.get("RelayState"), id.group(1), xml, cookie);
    }

    private static String inflated(String base64) {
        Inflater inflater = new Inflater(true);
        inflater.setInput(Base64.getDecoder().decode(base64));
        byte[] xml = new byte[20_000];
        try {
            return new String(xml, 0, inflater.inflate(xml), StandardCharsets.UTF_8);
        } catch (DataFormatException e) {
            throw new AssertionError(e);
        }
    }

    FakeIdentityProvider.Answer answer(String question) {
        return idp.answer(
                server.url() + "/sso/saml/metadata", server.url() + "/sso/saml/acs", question, server.clock.instant());
    }

    FakeIdentityProvider.Answer answer(Asked asked) {
        return answer(asked.question());
    }

    /** The provider's page posts its form; no cookie comes along from there. */
    URI post(String response, String relayState) {
        Answer answer = server.post(
                "/sso/saml/acs",
                "SAMLResponse=" + OAuthClient.encode(response) + "&RelayState=" + OAuthClient.encode(relayState),
                "Content-Type",
                "application/x-www-form-urlencoded",
                "apikey",
                "");
        if (answer.status() != 303) {
            throw new AssertionError(answer.status() + " " + answer.response().body());
        }
        return URI.create(answer.header("Location"));
    }

    /** The browser follows to the application. */
    URI end(Asked asked, FakeIdentityProvider.Answer answer) {
        return followed(post(answer.base64(), asked.relayState()), asked.cookie());
    }

    URI followed(URI location, String cookie) {
        if (!location.toString().startsWith(server.url())) {
            return location;
        }
        return URI.create(
                server.get(location.toString(), "Cookie", cookie, "apikey", "").header("Location"));
    }

    /** A whole sign-in; the parameters in the fragment. */
    Map<String, String> signIn(String more, String name, String email) {
        Asked asked = asked(more);
        return OAuthClient.fragment(end(
                asked,
                answer(asked).with("name", name).with("attributes", FakeIdentityProvider.attribute("mail", email))));
    }
}
