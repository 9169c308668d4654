package dev.galley.saml;

import dev.galley.saml.Assertion.Attribute;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Reads an assertion whose signature is verified: whether it is for us, for now and for this question, and what it says. */
final class AssertionReader {
    private static final int MAX_ID = 256;
    private static final int MAX_NAME = 1024;

    /** What lies further away is no end. */
    private static final Duration NEVER = Duration.ofDays(3650);

    private static final Set<String> CONDITIONS = Set.of("AudienceRestriction", "OneTimeUse", "ProxyRestriction");

    private final ServiceProvider self;
    private final IdentityProvider provider;
    private final Optional<String> question;
    private final Instant now;

    AssertionReader(ServiceProvider self, IdentityProvider provider, Optional<String> question, Instant now) {
        this.self = self;
        this.provider = provider;
        this.question = question;
        this.now = now;
    }

    Assertion read(Element assertion) throws SamlException {
        Times.requireVersion(assertion);
        Times.requireFresh(assertion, self, now);
        String id = assertion.getAttribute("ID");
        if (id.isEmpty() || id.length() > MAX_ID) {
            throw new SamlException("the assertion has no ID of at most " + MAX_ID + " characters");
        }
        if (!Xml.text(Xml.required(assertion, Names.ASSERTION, "Issuer")).equals(provider.entityId())) {
            throw new SamlException("the assertion is from another provider");
        }
        conditions(Xml.required(assertion, Names.ASSERTION, "Conditions"));
        Element subject = Xml.required(assertion, Names.ASSERTION, "Subject");
        Instant until = confirmation(subject);
        return new Assertion(id, nameId(subject), attributes(assertion), sessionEnd(assertion), until);
    }

    private void conditions(Element conditions) throws SamlException {
        Times.requireNow(conditions, self, now);
        for (Node node = conditions.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeType() == Node.ELEMENT_NODE
                    && !(Names.ASSERTION.equals(node.getNamespaceURI()) && CONDITIONS.contains(node.getLocalName()))) {
                throw new SamlException("the assertion has a condition that is not known here");
            }
        }
        List<Element> restrictions = Xml.children(conditions, Names.ASSERTION, "AudienceRestriction");
        if (restrictions.isEmpty()) {
            throw new SamlException("the assertion names no audience");
        }
        for (Element restriction : restrictions) {
            boolean ours = false;
            for (Element audience : Xml.children(restriction, Names.ASSERTION, "Audience")) {
                ours |= Xml.text(audience).equals(self.entityId());
            }
            if (!ours) {
                throw new SamlException("the assertion is for another audience");
            }
        }
    }

    /** One of the confirmations must be ours; the answer is how long it holds. */
    private Instant confirmation(Element subject) throws SamlException {
        SamlException why = new SamlException("the assertion has no bearer confirmation");
        for (Element confirmation : Xml.children(subject, Names.ASSERTION, "SubjectConfirmation")) {
            if (!confirmation.getAttribute("Method").equals(Names.BEARER)) {
                continue;
            }
            try {
                return confirmed(Xml.required(confirmation, Names.ASSERTION, "SubjectConfirmationData"));
            } catch (SamlException refused) {
                why = refused;
            }
        }
        throw why;
    }

    private Instant confirmed(Element data) throws SamlException {
        if (!data.getAttribute("Recipient").equals(self.consumer())) {
            throw new SamlException("the assertion is for another recipient");
        }
        Instant end = Xml.time(data, "NotOnOrAfter")
                .orElseThrow(() -> new SamlException("the confirmation of the subject has no end"));
        Times.requireNow(data, self, now);
        Verdict.requireQuestion(Xml.attribute(data, "InResponseTo"), question, "assertion");
        // Whatever it says of itself, by then it is too old.
        Instant tooOld = now.plus(self.maxAge()).plus(self.leeway());
        return (end.isBefore(tooOld) ? end : tooOld).plus(self.leeway());
    }

    private static NameId nameId(Element subject) throws SamlException {
        Optional<Element> name = Xml.child(subject, Names.ASSERTION, "NameID");
        if (name.isEmpty()) {
            return new NameId("", "");
        }
        String value = Xml.text(name.get());
        if (value.length() > MAX_NAME) {
            throw new SamlException("the NameID is longer than " + MAX_NAME + " characters");
        }
        return new NameId(value, name.get().getAttribute("Format"));
    }

    private static List<Attribute> attributes(Element assertion) throws SamlException {
        List<Attribute> all = new ArrayList<>();
        for (Element statement : Xml.children(assertion, Names.ASSERTION, "AttributeStatement")) {
            for (Element attribute : Xml.children(statement, Names.ASSERTION, "Attribute")) {
                List<String> values = new ArrayList<>();
                for (Element value : Xml.children(attribute, Names.ASSERTION, "AttributeValue")) {
                    values.add(value(value));
                }
                all.add(new Attribute(
                        attribute.getAttribute("Name"), attribute.getAttribute("FriendlyName"), List.copyOf(values)));
            }
        }
        return List.copyOf(all);
    }

    /** A NameID may stand in it (eduPersonTargetedID); other structures mean nothing here. */
    private static String value(Element value) throws SamlException {
        Optional<Element> nameId = Xml.child(value, Names.ASSERTION, "NameID");
        if (nameId.isPresent()) {
            return Xml.text(nameId.get());
        }
        for (Node node = value.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeType() == Node.ELEMENT_NODE) {
                return "";
            }
        }
        return Xml.text(value);
    }

    private Optional<Instant> sessionEnd(Element assertion) throws SamlException {
        for (Element statement : Xml.children(assertion, Names.ASSERTION, "AuthnStatement")) {
            Optional<Instant> end = Xml.time(statement, "SessionNotOnOrAfter");
            if (end.isPresent() && !now.minus(self.leeway()).isBefore(end.get())) {
                throw new SamlException("the session at the provider is over");
            }
            if (end.isPresent()) {
                return end.filter(time -> time.isBefore(now.plus(NEVER)));
            }
        }
        return Optional.empty();
    }
}
