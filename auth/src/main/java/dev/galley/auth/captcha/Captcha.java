package dev.galley.auth.captcha;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.identity.Caller;
import dev.galley.identity.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Asks the CAPTCHA service before an endpoint is asked. Fails closed: while the service cannot be reached nobody passes.
 * The service key passes without.
 */
public final class Captcha {
    private static final System.Logger LOG = System.getLogger(Captcha.class.getName());
    private static final String SERVICE_ROLE = "service_role";
    private static final int MAX_ANSWER = 64 * 1024;
    private static final int MAX_TOKEN = 8 * 1024;

    private final CaptchaSettings settings;
    private final Optional<HttpClient> client;

    public Captcha(CaptchaSettings settings) {
        this.settings = settings;
        this.client = settings.enabled()
                ? Optional.of(HttpClient.newBuilder()
                        .connectTimeout(settings.timeout())
                        .build())
                : Optional.empty();
    }

    /** The endpoint behind the check; the endpoint itself where none is wanted. */
    public Endpoint before(Endpoint endpoint) {
        return client.<Endpoint>map(http -> request -> {
                    require(http, request);
                    return endpoint.answer(request);
                })
                .orElse(endpoint);
    }

    private void require(HttpClient http, AuthRequest request) {
        if (request.caller() instanceof Caller caller && caller.role().equals(SERVICE_ROLE)) {
            return;
        }
        String token = request.json()
                .object("gotrue_meta_security")
                .map(security -> security.path("captcha_token").asString("").strip())
                .orElse("");
        if (token.isEmpty() || token.length() > MAX_TOKEN) {
            throw refused("no captcha_token found");
        }
        JsonNode verdict;
        try {
            verdict = ask(http, token, request.clientAddress());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the CAPTCHA service cannot be reached: {0}", e.getMessage());
            throw AuthError.of(500, ErrorCode.UNEXPECTED_FAILURE, "captcha verification process failed")
                    .thrown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AuthError.of(500, ErrorCode.UNEXPECTED_FAILURE, "captcha verification process failed")
                    .thrown();
        }
        if (!verdict.path("success").asBoolean(false)) {
            throw refused(verdict.path("error-codes")
                    .valueStream()
                    .map(code -> code.asString(""))
                    .collect(Collectors.joining(", ")));
        }
    }

    private JsonNode ask(HttpClient http, String token, String address) throws IOException, InterruptedException {
        String form =
                "secret=" + encode(settings.secret()) + "&response=" + encode(token) + "&remoteip=" + encode(address);
        HttpResponse<InputStream> response = http.send(
                HttpRequest.newBuilder(settings.url())
                        .timeout(settings.timeout())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            return StrictJson.object(body.readNBytes(MAX_ANSWER))
                    .orElseThrow(() -> new IOException("its answer is not a JSON object"))
                    .object();
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static AuthException refused(String why) {
        return AuthError.of(400, ErrorCode.CAPTCHA_FAILED, "captcha protection: request disallowed (" + why + ")")
                .thrown();
    }
}
