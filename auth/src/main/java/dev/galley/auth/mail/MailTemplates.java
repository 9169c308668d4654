package dev.galley.auth.mail;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Subject and text of each mail: ours, or the user's. All are read and checked at the start. */
public final class MailTemplates {

    /** @param content a file; empty for ours */
    private record Source(String subject, Optional<Path> content) {}

    private record Templates(Template subject, Template html) {}

    private final Map<MailType, Templates> templates = new EnumMap<>(MailType.class);

    private MailTemplates() {}

    /** @throws SettingsException when a file cannot be read or a template is wrong */
    public static MailTemplates from(SettingsReader reader) {
        MailTemplates all = new MailTemplates();
        for (MailType type : MailType.values()) {
            String key = "auth.email.template." + type.text().replace('_', '-');
            Source source = new Source(
                    reader.text(key + ".subject", type.subject(), "Subject of the mail " + type.text() + "."),
                    reader.optionalText(
                                    key + ".content-path",
                                    "HTML file of the mail " + type.text()
                                            + ", with variables such as {{ .ConfirmationURL }} and {{ .Token }}.")
                            .map(Path::of));
            all.templates.put(
                    type,
                    new Templates(
                            parse(key + ".subject", source.subject()),
                            parse(key + ".content-path", text(key, type, source))));
        }
        return all;
    }

    private static Template parse(String key, String text) {
        try {
            return Template.parse(text);
        } catch (IllegalArgumentException e) {
            throw new SettingsException(key + ": " + e.getMessage());
        }
    }

    private static String text(String key, MailType type, Source source) {
        try {
            if (source.content().isPresent()) {
                return Files.readString(source.content().get());
            }
            try (InputStream ours = MailTemplates.class.getResourceAsStream(type.text() + ".html")) {
                if (ours == null) {
                    throw new IllegalStateException("no template for " + type);
                }
                return new String(ours.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new SettingsException(key + ".content-path: the file cannot be read");
        }
    }

    Mail render(MailType type, String to, Map<String, String> variables, ObjectNode data) {
        Templates these = templates.get(type);
        if (these == null) {
            throw new IllegalStateException("no template for " + type);
        }
        return new Mail(to, these.subject().line(variables, data), these.html().html(variables, data));
    }
}
