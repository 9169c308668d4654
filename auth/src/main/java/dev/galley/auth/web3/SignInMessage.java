package dev.galley.auth.web3;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the holder of a wallet has read and signed (EIP-4361). A field that comes twice is refused, and so is a line that is none: what
 * the holder saw must be what is read here.
 *
 * @param domain who asks, with the port
 * @param statement empty when there is none
 */
record SignInMessage(
        String domain,
        String address,
        String statement,
        URI uri,
        String network,
        Instant issuedAt,
        Optional<Instant> notBefore,
        Optional<Instant> expiration) {
    private static final Pattern DOMAIN = Pattern.compile(
            "(?:(https?)://)?((?:localhost|127\\.0\\.0\\.1|\\[::1]|(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\\.)+"
                    + "[a-zA-Z]{2,63})(?::\\d{1,5})?)");
    private static final Set<String> FIELDS =
            Set.of("URI", "Version", "Chain ID", "Nonce", "Issued At", "Expiration Time", "Not Before", "Request ID");
    private static final int FEWEST_LINES = 6;
    private static final int MOST_LINES = 200;

    /** @throws AuthException saying what is wrong with it */
    static SignInMessage of(String text, Chain chain) {
        List<String> lines = List.of(text.split("\n", MOST_LINES));
        if (lines.size() < FEWEST_LINES || lines.size() == MOST_LINES) {
            throw invalid("message needs " + FEWEST_LINES + " to " + (MOST_LINES - 1) + " lines");
        }
        String suffix = " wants you to sign in with your " + chain.title() + " account:";
        String first = lines.getFirst();
        Matcher domain = DOMAIN.matcher(first.substring(0, Math.max(0, first.length() - suffix.length())));
        if (!first.endsWith(suffix) || !domain.matches()) {
            throw invalid("message's first line must be a domain, followed by \"" + suffix + "\"");
        }
        String address = lines.get(1).strip();
        if (!chain.address().matcher(address).matches()) {
            throw invalid("wallet address is not valid");
        }
        if (!lines.get(2).isEmpty()) {
            throw invalid("third line must be empty");
        }
        boolean stated = !lines.get(3).isEmpty() && lines.get(4).isEmpty();
        Map<String, String> fields = fields(lines.subList(stated ? 5 : 3, lines.size()));
        if (!fields.getOrDefault("Version", "").equals("1")) {
            throw invalid("Version value is not supported, expected 1");
        }
        URI uri = uri(fields.getOrDefault("URI", ""));
        if (domain.group(1) != null && !domain.group(1).equalsIgnoreCase(uri.getScheme())) {
            throw invalid("the scheme of the domain is not that of the URI");
        }
        return new SignInMessage(
                domain.group(2),
                chain.canonical(address),
                stated ? lines.get(3) : "",
                uri,
                network(fields, chain),
                time(fields, "Issued At").orElseThrow(() -> invalid("Issued At is not specified")),
                time(fields, "Not Before"),
                time(fields, "Expiration Time"));
    }

    private static Map<String, String> fields(List<String> lines) {
        Map<String, String> fields = new HashMap<>();
        boolean resources = false;
        for (String each : lines) {
            String line = each.strip();
            if (line.isEmpty() || (resources && line.startsWith("- "))) {
                continue;
            }
            // Some versions of the client leave the colon out.
            resources = line.equals("Resources:") || line.equals("Resources");
            if (resources) {
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            if (!FIELDS.contains(name) || colon < 0) {
                throw invalid("encountered unparsable line");
            }
            if (fields.put(name, line.substring(colon + 1).strip()) != null) {
                throw invalid(name + " is there twice");
            }
        }
        return fields;
    }

    private static URI uri(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getScheme() != null && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException noUri) {
            // told below
        }
        throw invalid("URI is not valid");
    }

    private static String network(Map<String, String> fields, Chain chain) {
        String network = fields.getOrDefault("Chain ID", "");
        boolean missing = network.isEmpty() && !chain.networkRequired();
        if (!missing && !chain.network().matcher(network).matches()) {
            throw invalid("Chain ID is not valid");
        }
        return network;
    }

    private static Optional<Instant> time(Map<String, String> fields, String name) {
        String text = fields.getOrDefault(name, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            throw invalid(name + " is not a valid ISO8601 timestamp");
        }
    }

    private static AuthException invalid(String message) {
        return AuthError.invalid(message).thrown();
    }
}
