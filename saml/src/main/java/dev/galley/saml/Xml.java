package dev.galley.saml;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * Reads XML from strangers. There is no DOCTYPE, so there are no entities, nothing is fetched from anywhere, and depth and attributes
 * are bounded. Text is always the whole text of an element.
 */
final class Xml {
    private static final String LIMIT = "jdk.xml.";
    private static final DocumentBuilderFactory FACTORY = factory();

    private Xml() {}

    private static DocumentBuilderFactory factory() {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        try {
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
            factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every JDK has these features", e);
        }
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setAttribute(LIMIT + "maxElementDepth", "64");
        factory.setAttribute(LIMIT + "elementAttributeLimit", "64");
        factory.setXIncludeAware(false);
        factory.setExpandEntityReferences(false);
        return factory;
    }

    /** @param what it should be, for the error */
    static Document parse(byte[] bytes, String what) throws SamlException {
        try {
            DocumentBuilder builder;
            synchronized (FACTORY) {
                builder = FACTORY.newDocumentBuilder();
            }
            builder.setErrorHandler(new Strict());
            return builder.parse(new ByteArrayInputStream(bytes));
        } catch (SAXException | IOException e) {
            throw new SamlException(what + " is not XML without DOCTYPE and within the limits", e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every JDK has this parser", e);
        }
    }

    private static final class Strict implements ErrorHandler {
        @Override
        public void warning(SAXParseException exception) {}

        @Override
        public void error(SAXParseException exception) throws SAXException {
            throw exception;
        }

        @Override
        public void fatalError(SAXParseException exception) throws SAXException {
            throw exception;
        }
    }

    /** @param namespace empty for none */
    static boolean is(Node node, String namespace, String name) {
        return node.getNodeType() == Node.ELEMENT_NODE
                && namespace.equals(Objects.requireNonNullElse(node.getNamespaceURI(), ""))
                && name.equals(node.getLocalName());
    }

    static List<Element> children(Element parent, String namespace, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (is(node, namespace, name)) {
                found.add((Element) node);
            }
        }
        return found;
    }

    /** @throws SamlException when there are several */
    static Optional<Element> child(Element parent, String namespace, String name) throws SamlException {
        List<Element> found = children(parent, namespace, name);
        if (found.size() > 1) {
            throw new SamlException("more than one " + name + " where one is expected");
        }
        return found.stream().findFirst();
    }

    static Element required(Element parent, String namespace, String name) throws SamlException {
        return child(parent, namespace, name)
                .orElseThrow(() -> new SamlException(name + " is missing in " + parent.getLocalName()));
    }

    /** All elements of a name, wherever they are. */
    static List<Element> everywhere(Document document, String namespace, String name) {
        List<Element> found = new ArrayList<>();
        var list = document.getElementsByTagNameNS(namespace, name);
        for (int i = 0; i < list.getLength(); i++) {
            found.add((Element) list.item(i));
        }
        return found;
    }

    /** The whole text, without white space around it. An element in it is refused: it would hide what stands behind it. */
    static String text(Element element) throws SamlException {
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeType() != Node.TEXT_NODE && node.getNodeType() != Node.CDATA_SECTION_NODE) {
                throw new SamlException(element.getLocalName() + " holds something else than text");
            }
        }
        return element.getTextContent().strip();
    }

    /** Empty for an attribute that is missing. */
    static Optional<String> attribute(Element element, String name) {
        return element.hasAttribute(name) ? Optional.of(element.getAttribute(name)) : Optional.empty();
    }

    static Optional<Instant> time(Element element, String name) throws SamlException {
        Optional<String> text = attribute(element, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text.get().strip()).toInstant());
        } catch (DateTimeException e) {
            throw new SamlException(name + " is no time with a time zone");
        }
    }

    /** The prefixes that mean something at this place, as declarations of a start tag. */
    static String namespaces(Element place) {
        Map<String, String> all = new TreeMap<>();
        for (Node node = place; node instanceof Element element; node = node.getParentNode()) {
            NamedNodeMap attributes = element.getAttributes();
            for (int i = 0; i < attributes.getLength(); i++) {
                Node attribute = attributes.item(i);
                if (attribute.getNodeName().startsWith("xmlns:")) {
                    all.putIfAbsent(attribute.getNodeName(), attribute.getNodeValue());
                }
            }
        }
        StringBuilder text = new StringBuilder();
        all.forEach((name, uri) -> text.append(' ')
                .append(name)
                .append("=\"")
                .append(uri.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;"))
                .append('"'));
        return text.toString();
    }

    /** Whether there are comments or processing instructions anywhere in it. */
    static boolean hasAsides(Node node) {
        for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
            short type = child.getNodeType();
            if (type == Node.COMMENT_NODE
                    || type == Node.PROCESSING_INSTRUCTION_NODE
                    || type == Node.ENTITY_REFERENCE_NODE
                    || hasAsides(child)) {
                return true;
            }
        }
        return false;
    }
}
