package dev.galley.auth.sms;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The providers that are known. At most one of them is enabled. */
final class SmsProviders {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final SettingsReader reader;

    private SmsProviders(SettingsReader reader) {
        this.reader = reader;
    }

    static Optional<SmsProvider> enabled(SettingsReader reader) {
        SmsProviders all = new SmsProviders(reader);
        var enabled = Stream.of(all.twilio(), all.messageBird(), all.vonage(), all.textLocal())
                .flatMap(Optional::stream)
                .toList();
        if (enabled.size() > 1) {
            throw new SettingsException("auth.sms.%s.enabled: auth.sms.%s is enabled already"
                    .formatted(enabled.get(1).name(), enabled.get(0).name()));
        }
        return enabled.stream().findFirst();
    }

    private Optional<SmsProvider> twilio() {
        boolean enabled = enabled("twilio", "Twilio, or a service with its interface");
        URI base = url("twilio", "https://api.twilio.com");
        Supplier<String> account = text("twilio", "account-sid", "Account at Twilio.");
        Supplier<String> sender =
                text("twilio", "message-service-sid", "Messaging service or number that SMS come from.");
        Supplier<String> token = secret("twilio", "auth-token", "Token of the account at Twilio.");
        return provider(enabled, () -> {
            String from = sender.get();
            String login = account.get() + ":" + token.get();
            return new SmsProvider(
                    "twilio",
                    base.resolve("/2010-04-01/Accounts/" + account.get() + "/Messages.json"),
                    Optional.of("Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))),
                    (phone, text) -> Map.of("To", "+" + phone, "From", from, "Channel", "sms", "Body", text),
                    answer -> !Set.of("failed", "undelivered")
                            .contains(answer.path("status").asString("")));
        });
    }

    private Optional<SmsProvider> messageBird() {
        boolean enabled = enabled("messagebird", "MessageBird");
        URI base = url("messagebird", "https://rest.messagebird.com");
        Supplier<String> originator = text("messagebird", "originator", "Whom SMS come from.");
        Supplier<String> key = secret("messagebird", "access-key", "Key at MessageBird.");
        return provider(enabled, () -> {
            String from = originator.get();
            return new SmsProvider(
                    "messagebird",
                    base.resolve("/messages"),
                    Optional.of("AccessKey " + key.get()),
                    (phone, text) -> Map.of(
                            "originator",
                            from,
                            "recipients",
                            phone,
                            "body",
                            text,
                            "type",
                            "sms",
                            "datacoding",
                            "unicode"),
                    answer -> answer.path("recipients").path("totalSentCount").asInt(0) > 0);
        });
    }

    private Optional<SmsProvider> vonage() {
        boolean enabled = enabled("vonage", "Vonage");
        URI base = url("vonage", "https://rest.nexmo.com");
        Supplier<String> sender = text("vonage", "from", "Whom SMS come from.");
        Supplier<String> key = text("vonage", "api-key", "Key at Vonage.");
        Supplier<String> secret = secret("vonage", "api-secret", "Secret of the key at Vonage.");
        return provider(enabled, () -> {
            Map<String, String> fixed = Map.of("from", sender.get(), "api_key", key.get(), "api_secret", secret.get());
            return new SmsProvider(
                    "vonage",
                    base.resolve("/sms/json"),
                    Optional.empty(),
                    (phone, text) -> {
                        Map<String, String> form = new LinkedHashMap<>(fixed);
                        form.put("to", phone);
                        form.put("text", text);
                        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
                            form.put("type", "unicode");
                        }
                        return form;
                    },
                    answer -> answer.path("messages")
                            .path(0)
                            .path("status")
                            .asString("")
                            .equals("0"));
        });
    }

    private Optional<SmsProvider> textLocal() {
        boolean enabled = enabled("textlocal", "TextLocal");
        URI base = url("textlocal", "https://api.textlocal.in");
        Supplier<String> sender = text("textlocal", "sender", "Whom SMS come from.");
        Supplier<String> key = secret("textlocal", "api-key", "Key at TextLocal.");
        return provider(enabled, () -> {
            String from = sender.get();
            String secret = key.get();
            return new SmsProvider(
                    "textlocal",
                    base.resolve("/send"),
                    Optional.empty(),
                    (phone, text) -> Map.of("sender", from, "apikey", secret, "numbers", phone, "message", text),
                    answer -> answer.path("status").asString("").equals("success"));
        });
    }

    private static Optional<SmsProvider> provider(boolean enabled, Supplier<SmsProvider> made) {
        return enabled ? Optional.of(made.get()) : Optional.empty();
    }

    private boolean enabled(String provider, String what) {
        return reader.flag("auth.sms." + provider + ".enabled", false, "Whether SMS are sent by " + what + ".");
    }

    private Supplier<String> text(String provider, String name, String description) {
        String key = "auth.sms." + provider + "." + name;
        return needed(key, reader.optionalText(key, description));
    }

    private Supplier<String> secret(String provider, String name, String description) {
        String key = "auth.sms." + provider + "." + name;
        return needed(key, reader.secret(key, description));
    }

    private static Supplier<String> needed(String key, Optional<String> value) {
        return () -> value.filter(text -> !text.isBlank())
                .orElseThrow(() -> new SettingsException(key + ": is needed when the provider is enabled"));
    }

    private URI url(String provider, String fallback) {
        String key = "auth.sms." + provider + ".url";
        String text = reader.text(
                key, fallback, "Where the provider answers, without a path: https, or http on this computer.");
        try {
            URI url = URI.create(text);
            boolean safe = "https".equals(url.getScheme())
                    || ("http".equals(url.getScheme()) && LOOPBACK.contains(String.valueOf(url.getHost())));
            if (safe && url.getHost() != null && url.getRawUserInfo() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            throw new SettingsException(key + ": is not a URL");
        }
        throw new SettingsException(key + ": must be https, or http on this computer");
    }
}
