package dev.galley.saml;

import java.time.Instant;
import org.w3c.dom.Element;

/** What every message and assertion says about itself, and the limits of time in it. */
final class Times {
    private Times() {}

    static void requireVersion(Element element) throws SamlException {
        if (!element.getAttribute("Version").equals(Names.VERSION)) {
            throw new SamlException("the " + element.getLocalName() + " is not of SAML 2.0");
        }
    }

    /** Neither from the future nor older than answers may be. */
    static void requireFresh(Element element, ServiceProvider self, Instant now) throws SamlException {
        Instant issued = Xml.time(element, "IssueInstant")
                .orElseThrow(() -> new SamlException("IssueInstant is missing in " + element.getLocalName()));
        if (issued.isAfter(now.plus(self.leeway()))) {
            throw new SamlException("the " + element.getLocalName() + " is from the future");
        }
        if (issued.isBefore(now.minus(self.maxAge()).minus(self.leeway()))) {
            throw new SamlException("the " + element.getLocalName() + " is too old");
        }
    }

    /** Within {@code NotBefore} and {@code NotOnOrAfter}, where they are there. */
    static void requireNow(Element element, ServiceProvider self, Instant now) throws SamlException {
        if (Xml.time(element, "NotBefore")
                .filter(begin -> now.plus(self.leeway()).isBefore(begin))
                .isPresent()) {
            throw new SamlException("the assertion is not valid yet");
        }
        if (Xml.time(element, "NotOnOrAfter")
                .filter(end -> !now.minus(self.leeway()).isBefore(end))
                .isPresent()) {
            throw new SamlException("the assertion has expired");
        }
    }
}
