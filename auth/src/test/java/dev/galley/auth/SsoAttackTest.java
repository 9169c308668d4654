package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.saml.FakeIdentityProvider;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What an attacker does with answers of identity providers: keep, repeat, move to another browser, forge. */
class SsoAttackTest {
    private static final FakeIdentityProvider IDP = new FakeIdentityProvider();
    private static final FakeIdentityProvider OTHER = new FakeIdentityProvider("https://other.example/metadata");
    private static final AuthServer SERVER = AuthServer.start(SsoFlow.SETTINGS);
    private static final SsoFlow FLOW = new SsoFlow(SERVER, IDP);
    private static final SsoFlow OTHERS = new SsoFlow(SERVER, OTHER);
    private static final String ID =
            FLOW.create(",\"domains\":[\"corp.example\"]").text("id");
    private static final String OTHER_ID =
            OTHERS.create(",\"domains\":[\"other.example\"]").text("id");
    private static final String DOMAIN = ",\"domain\":\"corp.example\"";

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static void refused(URI end, String code, String why) {
        Map<String, String> query = OAuthClient.query(end.toString());
        assertThat(end.toString()).doesNotContain("access_token");
        assertThat(query).as(end.toString()).containsEntry("error_code", code);
        assertThat(query.get("error_description")).contains(why);
    }

    @Test
    void anAnswerSignsInOnceAlsoOnTwoNodes() throws Exception {
        try (AuthServer first = AuthServer.start(SsoFlow.SETTINGS);
                AuthServer second = first.secondNode(
                        SsoFlow.SETTINGS[0], SsoFlow.SETTINGS[1], "auth.saml.external-url=" + first.url())) {
            SsoFlow here = new SsoFlow(first, IDP);
            SsoFlow there = new SsoFlow(second, IDP);
            here.create("");
            String unasked = here.answer("").with("name", "replayed").base64();
            List<Callable<URI>> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                SsoFlow node = i % 2 == 0 ? here : there;
                calls.add(() -> node.post(unasked, ""));
            }
            int success = 0;
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var call : threads.invokeAll(calls)) {
                    success += call.get().toString().contains("access_token") ? 1 : 0;
                }
            }
            assertThat(success).isEqualTo(1);
            refused(there.post(unasked, ""), "validation_failed", "used already");
        }
    }

    @Test
    void aRelayStateIsGoodForOneAnswer() {
        SsoFlow.Asked asked = FLOW.asked(DOMAIN);
        String first = FLOW.answer(asked).base64();
        String second = FLOW.answer(asked).base64();
        assertThat(FLOW.post(first, asked.relayState()).toString()).startsWith(SERVER.url());
        refused(FLOW.post(second, asked.relayState()), "saml_relay_state_not_found", "does not exist");
        refused(FLOW.post(second, ""), "validation_failed", "not an answer to this question");
        SsoFlow.Asked failed = FLOW.asked(DOMAIN);
        refused(FLOW.post("AAAA", failed.relayState()), "validation_failed", "not valid");
        refused(
                FLOW.post(FLOW.answer(failed).base64(), failed.relayState()),
                "saml_relay_state_not_found",
                "does not exist");
    }

    @Test
    void anAnswerToAnotherQuestionIsRefused() {
        SsoFlow.Asked one = FLOW.asked(DOMAIN);
        SsoFlow.Asked two = FLOW.asked(DOMAIN);
        refused(
                FLOW.post(FLOW.answer(one).base64(), two.relayState()),
                "validation_failed",
                "not an answer to this question");
        SsoFlow.Asked three = FLOW.asked(DOMAIN);
        refused(
                FLOW.post(FLOW.answer("").base64(), three.relayState()),
                "validation_failed",
                "not an answer to this question");
    }

    @Test
    void anAnswerOfAnotherProviderIsRefused() {
        SsoFlow.Asked asked = FLOW.asked(DOMAIN);
        refused(OTHERS.end(asked, OTHERS.answer(asked)), "validation_failed", "not valid");
        SsoFlow.Asked pretended = FLOW.asked(DOMAIN);
        refused(
                OTHERS.end(
                        pretended,
                        OTHERS.answer(pretended)
                                .with("issuer", FakeIdentityProvider.ENTITY)
                                .with("responseIssuer", FakeIdentityProvider.ENTITY)),
                "validation_failed",
                "not valid");
        refused(
                OTHERS.post(
                        OTHERS.answer("")
                                .with("issuer", FakeIdentityProvider.ENTITY)
                                .with("responseIssuer", FakeIdentityProvider.ENTITY)
                                .base64(),
                        ""),
                "validation_failed",
                "not valid");
        refused(
                FLOW.post(
                        new FakeIdentityProvider("https://unknown.example")
                                .answer("a", "r", "", SERVER.clock.instant())
                                .base64(),
                        ""),
                "saml_idp_not_found",
                "has not been established");
    }

    @Test
    void twoProvidersWithTheSameNameForAUserHaveTwoUsers() {
        Map<String, String> one = FLOW.signIn(DOMAIN, "admin", "admin@corp.example");
        Map<String, String> two = OTHERS.signIn(",\"domain\":\"other.example\"", "admin", "admin@corp.example");
        assertThat(OAuthApp.claims(one.get("access_token")).path("sub"))
                .isNotEqualTo(OAuthApp.claims(two.get("access_token")).path("sub"));
        assertThat(SERVER.query("select provider from auth.identities where provider_id = 'admin' order by created_at"))
                .containsExactly("sso:" + ID, "sso:" + OTHER_ID);
    }

    @Test
    void anAttackersAnswerSignsNobodyElseIn() {
        SsoFlow.Asked attackers = FLOW.asked(DOMAIN);
        String victim = FLOW.asked(DOMAIN).cookie();
        for (String browser : new String[] {"", victim, "galley-browser=x"}) {
            SsoFlow.Asked asked = FLOW.asked(DOMAIN);
            URI completion = FLOW.post(FLOW.answer(asked).base64(), asked.relayState());
            assertThat(completion.toString()).doesNotContain("access_token");
            refused(FLOW.followed(completion, browser), "saml_relay_state_not_found", "another browser");
            refused(FLOW.followed(completion, asked.cookie()), "flow_state_not_found", "does not exist");
        }
        URI completion = FLOW.post(FLOW.answer(attackers).base64(), attackers.relayState());
        SERVER.clock.forward(Duration.ofSeconds(61));
        refused(FLOW.followed(completion, attackers.cookie()), "flow_state_not_found", "expired");
    }

    @Test
    void aTicketIsGoodForOneBrowserAndNoRelayState() {
        String ticket = FLOW.begin(DOMAIN).text("url");
        String id = OAuthClient.query(ticket).get("ticket");
        refused(FLOW.post(FLOW.answer("id-guessed").base64(), id), "saml_relay_state_not_found", "does not exist");
        String other = FLOW.begin(DOMAIN).text("url");
        FLOW.visit(other, "");
        Answer again = SERVER.get(other);
        refused(URI.create(again.header("Location")), "saml_relay_state_not_found", "does not exist");
        String late = FLOW.begin(DOMAIN).text("url");
        SERVER.clock.forward(Duration.ofMinutes(10));
        refused(URI.create(SERVER.get(late).header("Location")), "saml_relay_state_expired", "expired");
        assertThat(SERVER.get("/sso/saml/login?ticket=x").header("Location")).contains("validation_failed");
    }

    @Test
    void whoIsSlowBeginsAgain() {
        SsoFlow.Asked asked = FLOW.asked(DOMAIN);
        SERVER.clock.forward(Duration.ofMinutes(10));
        refused(FLOW.end(asked, FLOW.answer(asked)), "saml_relay_state_expired", "expired");
    }

    @Test
    void forgedAnswersSignNobodyIn() {
        Map<String, UnaryOperator<FakeIdentityProvider.Answer>> forgeries = new java.util.LinkedHashMap<>();
        forgeries.put("neither the response nor", answer -> answer.signed(false, false));
        forgeries.put("another audience", answer -> answer.with("audience", "https://elsewhere.example"));
        forgeries.put("another recipient", answer -> answer.with("recipient", "https://elsewhere.example"));
        forgeries.put("another address", answer -> answer.with("destination", "https://elsewhere.example"));
        forgeries.put(
                "has expired",
                answer -> answer.with(
                        "notAfter", SERVER.clock.instant().minusSeconds(31).toString()));
        forgeries.put("comments", answer -> answer.with("name", "admin<!---->.evil"));
        forgeries.forEach((why, forgery) -> {
            SsoFlow.Asked asked = FLOW.asked(DOMAIN);
            refused(
                    FLOW.end(asked, forgery.apply(FLOW.answer(asked).with("name", "forged"))),
                    "validation_failed",
                    why);
        });
        SsoFlow.Asked asked = FLOW.asked(DOMAIN);
        String changed = FLOW.answer(asked).with("name", "forgex").xml().replace("forgex", "forged");
        refused(
                FLOW.followed(FLOW.post(base64(changed), asked.relayState()), asked.cookie()),
                "validation_failed",
                "signature");
        assertThat(SERVER.query(
                        "select 1 from auth.identities where provider_id like 'forge%' or provider_id like 'admin.%'"))
                .isEmpty();
    }

    private static String base64(String xml) {
        return java.util.Base64.getEncoder().encodeToString(xml.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void whoHasNoNameOrAddressIsNobody() {
        for (String[] who : new String[][] {
            {"format", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient", "saml_assertion_no_user_id"},
            {"name", "", "saml_assertion_no_user_id"},
            {"attributes", "", "saml_assertion_no_email"},
            {"attributes", FakeIdentityProvider.attribute("mail", "no address"), "validation_failed"}
        }) {
            SsoFlow.Asked asked = FLOW.asked(DOMAIN);
            refused(FLOW.end(asked, FLOW.answer(asked).with(who[0], who[1])), who[2], "");
        }
    }

    @Test
    void bigAndBrokenFormsAreRefused() {
        refused(FLOW.post(base64("x".repeat(300_000)), ""), "request_entity_too_large", "longer than");
        for (String nonsense : List.of("", "!!!", "AAAA", base64("<!DOCTYPE x><x/>"), base64("<a>".repeat(1000)))) {
            refused(FLOW.post(nonsense, ""), "validation_failed", "");
        }
        assertThat(SERVER.post("/sso/saml/acs", "x".repeat(2_000_000)).status()).isEqualTo(413);
    }

    @Test
    void bannedUsersAndDisabledProvidersStayOut() {
        Map<String, String> session = FLOW.signIn(DOMAIN, "banned", "banned@corp.example");
        String user = OAuthApp.claims(session.get("access_token")).path("sub").asString("");
        SERVER.execute("update auth.users set banned_until = now() + interval '1 year' where id = '" + user + "'");
        SsoFlow.Asked asked = FLOW.asked(DOMAIN);
        refused(FLOW.end(asked, FLOW.answer(asked).with("name", "banned")), "user_banned", "banned");
        SsoFlow.Asked begun = FLOW.asked(DOMAIN);
        String path = "/admin/sso/providers/" + ID;
        assertThat(SERVER.send("PUT", path, "{\"disabled\":true}", SERVER.asAdmin())
                        .status())
                .isEqualTo(200);
        refused(FLOW.end(begun, FLOW.answer(begun)), "sso_provider_disabled", "disabled");
        refused(FLOW.post(FLOW.answer("").base64(), ""), "sso_provider_disabled", "disabled");
        assertThat(FLOW.begin(DOMAIN).text("code")).isEqualTo("sso_provider_disabled");
        SERVER.send("PUT", path, "{\"disabled\":false}", SERVER.asAdmin());
    }

    @Test
    void theProviderMayNotBeginWhereTheSettingForbids() {
        try (AuthServer server = AuthServer.start(SsoFlow.SETTINGS[0], "auth.saml.allow-idp-initiated=false")) {
            SsoFlow flow = new SsoFlow(server, IDP);
            flow.create("");
            refused(flow.post(flow.answer("").base64(), ""), "validation_failed", "must not begin");
        }
    }

    @Test
    void theLimitHolds() {
        try (AuthServer server =
                AuthServer.start(SsoFlow.SETTINGS[0], "auth.rate-limit.sso=2", "auth.rate-limit.saml-assertions=2")) {
            SsoFlow flow = new SsoFlow(server, IDP);
            flow.create(",\"domains\":[\"corp.example\"]");
            for (int i = 0; i < 2; i++) {
                assertThat(flow.begin(DOMAIN).status()).isEqualTo(200);
                flow.post("AAAA", "");
            }
            assertThat(flow.begin(DOMAIN).status()).isEqualTo(429);
            refused(flow.post("AAAA", ""), "over_request_rate_limit", "");
        }
    }
}
