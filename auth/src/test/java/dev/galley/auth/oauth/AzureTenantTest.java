package dev.galley.auth.oauth;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.auth.config.ProviderSettings;
import dev.galley.identity.StrictJson;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Azure has an issuer for each tenant: which of them may sign users in follows from the settings. */
class AzureTenantTest {
    private static final String HOST = "https://login.microsoftonline.com/";
    private static final String OURS = "11111111-2222-3333-4444-555555555555";
    private static final String OTHER = "99999999-2222-3333-4444-555555555555";
    private static final String PRIVATE_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad";

    private static Provider azure(String url, String... tenants) {
        ProviderSettings settings = new ProviderSettings(
                true,
                List.of("me"),
                "",
                Optional.empty(),
                Optional.of(url).filter(text -> !text.isEmpty()),
                false,
                false,
                false,
                List.of(tenants));
        return new Provider("azure", ProviderTable.spec("azure", settings), settings);
    }

    private static void check(Provider provider, String published, String issuer, String tenant)
            throws ProviderFailure {
        ObjectNode claims = StrictJson.newObject().put("iss", issuer).put("tid", tenant);
        IdTokens.requireIssuer(provider, new Discovery.Metadata(published, "", "", Optional.empty(), ""), claims);
    }

    private static void accepted(Provider provider, String published, String issuer, String tenant) {
        assertThatCode(() -> check(provider, published, issuer, tenant)).doesNotThrowAnyException();
    }

    private static void refused(Provider provider, String published, String issuer, String tenant) {
        assertThatThrownBy(() -> check(provider, published, issuer, tenant))
                .as(issuer)
                .isInstanceOf(ProviderFailure.class);
    }

    private static String issuer(String tenant) {
        return HOST + tenant + "/v2.0";
    }

    @Test
    void forEverybodyTheIssuerIsThatOfTheTokensTenant() {
        Provider common = azure("");
        String all = issuer("{tenantid}");
        accepted(common, all, issuer(OURS), OURS);
        accepted(common, all, issuer(PRIVATE_ACCOUNTS), PRIVATE_ACCOUNTS);
        refused(common, all, issuer(OURS), OTHER);
        refused(common, all, issuer(OURS), "");
        refused(common, all, all, "{tenantid}");
        refused(common, all, "https://evil.example/" + OURS + "/v2.0", OURS);
        refused(common, all, HOST + OURS + "/v2.0/more", OURS);
        refused(common, all, issuer("../" + OURS), "../" + OURS);
    }

    @Test
    void organizationsLeavePrivateAccountsOut() {
        Provider organizations = azure(HOST + "organizations");
        String all = issuer("{tenantid}");
        accepted(organizations, all, issuer(OURS), OURS);
        refused(organizations, all, issuer(PRIVATE_ACCOUNTS), PRIVATE_ACCOUNTS);
    }

    @Test
    void oneTenantIsThatTenant() {
        Provider one = azure(HOST + OURS);
        accepted(one, issuer(OURS), issuer(OURS), OURS);
        refused(one, issuer(OURS), issuer(OTHER), OTHER);
        refused(one, issuer(OURS), issuer(OTHER), OURS);
    }

    @Test
    void aListOfTenantsIsKept() {
        Provider listed = azure("", OURS);
        String all = issuer("{tenantid}");
        accepted(listed, all, issuer(OURS), OURS);
        refused(listed, all, issuer(OTHER), OTHER);
    }
}
