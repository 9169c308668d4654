package dev.galley.graphql;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.nio.charset.StandardCharsets;

/**
 * What a fuzzer calls: the first byte chooses a way in, the rest is what comes by it. Every input becomes a valid operation or is refused
 * by a typed error; whatever else is thrown leaves through here.
 */
public final class DocumentFuzz {
    private static final GraphqlSettings SETTINGS = GraphqlSettings.from(new Settings(new FlagLayer()));
    private static final Documents DOCUMENTS = new Documents(SETTINGS);

    private DocumentFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            var _ = accepts(new String(input, StandardCharsets.UTF_8));
        }
    }

    /** @param input {@code d} and a document, or {@code b} and a body */
    static boolean accepts(String input) {
        try {
            String rest = input.substring(1);
            GraphqlRequest request = GraphqlRequest.ofBody(
                    (input.charAt(0) == 'b' ? rest : "{\"query\":\"\"}").getBytes(StandardCharsets.UTF_8),
                    SETTINGS.limits());
            var _ = DOCUMENTS.operation(
                    PlainSchema.SHOP,
                    input.charAt(0) == 'b' ? request.query().orElse("") : rest,
                    request.operationName(),
                    request.variables());
            return true;
        } catch (GraphqlException refused) {
            return false;
        }
    }
}
