package dev.galley.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.identity.StrictJson;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import dev.galley.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class TemplateTest {
    @TempDir
    Path folder;

    private static final ObjectNode DATA = StrictJson.newObject().put("name", "<script>alert(1)</script>");

    @Test
    void valuesAreNeverMarkup() {
        Template template = Template.parse("<a href=\"{{ .ConfirmationURL }}\">{{.Data.name}}</a>{{- .Data.none -}}");
        assertThat(template.html(Map.of("ConfirmationURL", "https://x/?a=1&b=\"><img src=x>"), DATA))
                .isEqualTo("<a href=\"https://x/?a=1&amp;b=&#34;&gt;&lt;img src=x&gt;\">"
                        + "&lt;script&gt;alert(1)&lt;/script&gt;</a>");
    }

    @Test
    void aSubjectIsOneLine() {
        Template template = Template.parse("Hello {{ .Data.name }}");
        assertThat(template.line(Map.of(), StrictJson.newObject().put("name", "a\r\nBcc: x@example.com")))
                .isEqualTo("Hello a Bcc: x@example.com");
    }

    @Test
    void aValueIsNoTemplate() {
        Template template = Template.parse("{{ .Data.name }}");
        assertThat(template.html(
                        Map.of("Token", "123456"), StrictJson.newObject().put("name", "{{ .Token }}")))
                .isEqualTo("{{ .Token }}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ .Nothing }}",
                "{{ Token }}",
                "{{ if .Token }}",
                "{{ .Token",
                "{{ .Data }}",
                "{{ .Token.x }}",
                "{{}}"
            })
    void whatIsNoVariableIsRefused(String text) {
        assertThatThrownBy(() -> Template.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(MailType.class)
    void everyMailHasATemplate(MailType type) {
        MailTemplates templates = MailTemplates.from(new Settings());
        Mail mail = templates.render(type, "a@example.com", Map.of("Token", "123456", "Email", "a@example.com"), DATA);
        assertThat(mail.subject()).isNotBlank();
        assertThat(mail.html()).startsWith("<!doctype html>").doesNotContain("{{");
    }

    @Test
    void theUsersOwnFileIsTaken_AndAWrongOneStopsTheStart() throws Exception {
        Path file = Files.writeString(folder.resolve("in.html"), "<p>{{ .Token }} for you</p>");
        String key = "auth.email.template.magic-link.content-path=";
        MailTemplates templates = MailTemplates.from(new Settings(new FlagLayer().set(key + file)));
        assertThat(templates
                        .render(MailType.MAGIC_LINK, "a@example.com", Map.of("Token", "9"), DATA)
                        .html())
                .isEqualTo("<p>9 for you</p>");
        Files.writeString(file, "{{ .Tokn }}");
        assertThatThrownBy(() -> MailTemplates.from(new Settings(new FlagLayer().set(key + file))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("magic-link")
                .hasMessageContaining(".Tokn");
        assertThatThrownBy(() -> MailTemplates.from(new Settings(new FlagLayer().set(key + folder.resolve("no")))))
                .isInstanceOf(SettingsException.class);
    }
}
