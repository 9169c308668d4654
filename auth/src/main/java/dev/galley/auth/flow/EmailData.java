package dev.galley.auth.flow;

import dev.galley.auth.account.OneTimeTokens.Issued;
import dev.galley.identity.StrictJson;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What the hook that sends mails is told of one. */
final class EmailData {
    private EmailData() {}

    /** @param apiUrl the base of links to {@code /verify} */
    static ObjectNode of(String type, String apiUrl, String redirectTo, Issued issued) {
        return data(type, apiUrl, redirectTo).put("token", issued.code()).put("token_hash", issued.link());
    }

    /**
     * Of a change that both addresses must agree to. That each hash stands beside the other's code is how the protocol has it:
     * {@code token} and {@code token_hash_new} are for the old address, the other two for the new one.
     */
    static ObjectNode ofBoth(String type, String apiUrl, String redirectTo, Issued old, Issued wanted) {
        return data(type, apiUrl, redirectTo)
                .put("token", old.code())
                .put("token_hash", wanted.link())
                .put("token_new", wanted.code())
                .put("token_hash_new", old.link());
    }

    /** @param variables as templates have them */
    static ObjectNode ofNotice(String type, String apiUrl, String redirectTo, Map<String, String> variables) {
        return data(type, apiUrl, redirectTo)
                .put("old_email", value(variables, "OldEmail"))
                .put("old_phone", value(variables, "OldPhone"))
                .put("provider", value(variables, "Provider"))
                .put("factor_type", value(variables, "FactorType"));
    }

    private static String value(Map<String, String> variables, String name) {
        return Optional.ofNullable(variables.get(name)).orElse("");
    }

    private static ObjectNode data(String type, String apiUrl, String redirectTo) {
        return StrictJson.newObject()
                .put("token", "")
                .put("token_hash", "")
                .put("redirect_to", redirectTo)
                .put("email_action_type", type)
                .put("site_url", apiUrl)
                .put("token_new", "")
                .put("token_hash_new", "")
                .put("old_email", "")
                .put("old_phone", "")
                .put("provider", "")
                .put("factor_type", "");
    }
}
