package dev.galley.auth.oauth;

import dev.galley.auth.account.StandardClaims;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.flow.Addresses;
import dev.galley.identity.StrictJson;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where in a provider's answer is what. A source is a JSON pointer, or a text with pointers in braces; a target {@code a/b} is
 * the field {@code b} of the object {@code a}.
 *
 * @param email where one address is, as {@code address}, {@code verified}, {@code valid}, {@code present}, {@code always}
 * @param emailList where a list of addresses is: {@code items}, and within each {@code address}, {@code verified}, {@code primary}
 */
record ProfileMapping(Map<String, JsonNode> claims, ObjectNode email, ObjectNode emailList) {
    private static final Pattern HOLE = Pattern.compile("\\{(/[^}]*)}");
    private static final int MAX_SUBJECT = 255;

    /** The claims of OpenID Connect. */
    static final ProfileMapping STANDARD = standard();

    static ProfileMapping of(ObjectNode entry) {
        if (!entry.has("claims")) {
            return STANDARD;
        }
        Map<String, JsonNode> claims = new LinkedHashMap<>();
        claims.put("sub", text("/sub"));
        entry.path("claims").properties().forEach(claim -> claims.put(claim.getKey(), claim.getValue()));
        return new ProfileMapping(claims, object(entry.path("email")), object(entry.path("emailList")));
    }

    /** The same with other sources for some targets, as an administrator wants it; what is no text stands for itself. */
    ProfileMapping with(ObjectNode sources, List<String> allowed) {
        Map<String, JsonNode> more = new LinkedHashMap<>(claims);
        allowed.forEach(claim -> more.put("custom_claims/" + claim, text(pointer(claim))));
        ObjectNode address = email.deepCopy();
        sources.properties().forEach(entry -> {
            JsonNode source =
                    entry.getValue().isString() ? text(pointer(entry.getValue().stringValue())) : entry.getValue();
            if (entry.getKey().equals("email")) {
                address.set("address", source);
            } else {
                more.put(entry.getKey(), source);
            }
        });
        return new ProfileMapping(more, address, emailList);
    }

    /** @throws ProviderFailure when the answer does not say who the user is */
    Profile profile(ObjectNode answer, String issuer, boolean trustEmail) throws ProviderFailure {
        ObjectNode data = StrictJson.newObject();
        data.put("iss", issuer);
        claims.forEach((target, source) -> value(answer, source).ifPresent(value -> set(data, target, value)));
        String subject = data.path("sub").asString("");
        if (subject.isEmpty() || subject.length() > MAX_SUBJECT) {
            throw new ProviderFailure("its answer does not name the user");
        }
        data.put("sub", subject);
        data.put("provider_id", subject);
        Optional<Profile.Email> found = email(answer, trustEmail);
        found.ifPresent(each -> data.put("email", each.address()));
        data.put("email_verified", found.map(Profile.Email::verified).orElse(false));
        data.put("phone_verified", false);
        return new Profile(subject, found, data);
    }

    private Optional<Profile.Email> email(ObjectNode answer, boolean trustEmail) {
        if (emailList.isEmpty()) {
            return address(answer, email, trustEmail);
        }
        record Entry(Profile.Email email, boolean primary) {}
        return answer.at(emailList.path("items").asString(""))
                .valueStream()
                .flatMap(item -> address(item, emailList, trustEmail).stream()
                        .map(each -> new Entry(
                                each, holds(item, emailList.path("primary").asString("")))))
                .max(Comparator.comparing(Entry::primary)
                        .thenComparing(entry -> entry.email().verified()))
                .map(Entry::email);
    }

    private static Optional<Profile.Email> address(JsonNode item, ObjectNode where, boolean trustEmail) {
        String address = item.at(where.path("address").asString("/email")).asString("");
        if (address.isEmpty()) {
            return Optional.empty();
        }
        boolean verified = trustEmail
                || where.path("always").asBoolean(false)
                || (where.has("present")
                        && present(item.at(where.path("present").asString(""))))
                || (where.has("verified")
                        && holds(item, where.path("verified").asString(""))
                        && (!where.has("valid")
                                || holds(item, where.path("valid").asString(""))));
        try {
            return Optional.of(new Profile.Email(Addresses.email(address), verified));
        } catch (AuthException noAddress) {
            return Optional.empty();
        }
    }

    /** True in each of the ways in which providers say it; anything else is not. */
    private static boolean holds(JsonNode item, String pointer) {
        JsonNode value = pointer.isEmpty() ? JsonNodeFactory.instance.missingNode() : item.at(pointer);
        return (value.isBoolean() && value.booleanValue())
                || (value.isInt() && value.intValue() == 1)
                || (value.isString()
                        && (value.stringValue().equals("true")
                                || value.stringValue().equals("1")));
    }

    private static boolean present(JsonNode value) {
        return value.isString() && !value.stringValue().isEmpty();
    }

    private static Optional<JsonNode> value(ObjectNode answer, JsonNode source) {
        if (!source.isString()) {
            return Optional.of(source);
        }
        String text = source.stringValue();
        if (text.startsWith("/")) {
            JsonNode value = answer.at(text);
            boolean nothing = value.isMissingNode()
                    || value.isNull()
                    || (value.isString() && value.stringValue().isEmpty())
                    || StrictJson.write(value).contains("\\u0000");
            return nothing ? Optional.empty() : Optional.of(value);
        }
        Matcher holes = HOLE.matcher(text);
        boolean[] any = {false};
        String filled = holes.replaceAll(hole -> {
            String value = answer.at(hole.group(1)).asString("").replace("\0", "");
            any[0] |= !value.isEmpty();
            return Matcher.quoteReplacement(value);
        });
        return any[0] ? Optional.of(text(filled.strip())) : Optional.empty();
    }

    private static void set(ObjectNode data, String target, JsonNode value) {
        int slash = target.indexOf('/');
        if (slash < 0) {
            data.set(target, value);
            return;
        }
        String outer = target.substring(0, slash);
        ObjectNode inner = data.path(outer) instanceof ObjectNode there ? there : data.putObject(outer);
        inner.set(target.substring(slash + 1), value);
    }

    private static ProfileMapping standard() {
        Map<String, JsonNode> claims = new LinkedHashMap<>();
        claims.put("sub", text("/sub"));
        StandardClaims.NAMES.forEach(claim -> claims.put(claim, text("/" + claim)));
        claims.put("full_name", text("/name"));
        claims.put("avatar_url", text("/picture"));
        ObjectNode email = StrictJson.newObject().put("address", "/email").put("verified", "/email_verified");
        return new ProfileMapping(claims, email, StrictJson.newObject());
    }

    private static String pointer(String field) {
        return "/" + field.replace("~", "~0").replace("/", "~1");
    }

    private static JsonNode text(String value) {
        return JsonNodeFactory.instance.stringNode(value);
    }

    private static ObjectNode object(JsonNode node) {
        return node instanceof ObjectNode object ? object : StrictJson.newObject();
    }
}
