// An independent SAML identity provider (samlify) for tests: answers questions as a real one would, for whoever is named.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import samlify from 'samlify'

samlify.setSchemaValidator({ validate: () => Promise.resolve('not checked') })
const { IdentityProvider, ServiceProvider, Constants, SamlLib } = samlify
const template = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{ID}" Version="2.0" IssueInstant="{IssueInstant}" Destination="{Destination}"{InResponseToAttribute}><saml:Issuer>{Issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="{StatusCode}"/></samlp:Status><saml:Assertion ID="{AssertionID}" Version="2.0" IssueInstant="{IssueInstant}"><saml:Issuer>{Issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{NameIDFormat}">{NameID}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{End}" Recipient="{Destination}"{InResponseToAttribute}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{IssueInstant}" NotOnOrAfter="{End}"><saml:AudienceRestriction><saml:Audience>{Audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{IssueInstant}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="mail"><saml:AttributeValue>{Mail}</saml:AttributeValue></saml:Attribute><saml:Attribute Name="displayName"><saml:AttributeValue>{Name}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`

/** A key with a certificate, as files of openssl. */
function credential() {
  const folder = mkdtempSync(join(tmpdir(), 'galley-idp-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=idp'], { stdio: 'pipe' })
  const files = [readFileSync(key, 'utf8'), readFileSync(certificate, 'utf8')]
  rmSync(folder, { recursive: true })
  return files
}

export class Idp {
  constructor({ entityId = 'https://idp.example.com/metadata', encrypted = false, signMessage = false } = {}) {
    this.entityId = entityId
    const [privateKey, certificate] = credential()
    this.provider = IdentityProvider({
      entityID: entityId,
      privateKey,
      signingCert: certificate,
      isAssertionEncrypted: encrypted,
      wantAuthnRequestsSigned: true,
      messageSigningOrder: 'sign-then-encrypt',
      nameIDFormat: ['urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'],
      singleSignOnService: [{ Binding: Constants.namespace.binding.redirect, Location: 'https://idp.example.com/sso' }],
      loginResponseTemplate: { context: template, attributes: [] },
    })
    this.encrypted = encrypted
    this.signMessage = signMessage
  }

  get metadata() {
    return this.provider.getMetadata()
  }

  /** The other side, from its own metadata. */
  trust(metadata) {
    this.client = ServiceProvider({ metadata, wantMessageSigned: this.signMessage })
  }

  /** Verifies the question in the address (its signature too), and answers with the fields of the form. */
  async answer(address, { id, mail, name }) {
    const url = new URL(address)
    const query = Object.fromEntries(url.searchParams)
    const octetString = ['SAMLRequest', 'RelayState', 'SigAlg']
      .map((key) => `${key}=${encodeURIComponent(query[key])}`)
      .join('&')
    const request = await this.provider.parseLoginRequest(this.client, 'redirect', { query, octetString })
    return this.respond({ id, mail, name, relayState: query.RelayState, request })
  }

  /** Without a request: as if the user had chosen the application at the provider. */
  async respond({ id, mail, name, relayState = '', request }) {
    const now = new Date()
    const question = request ? ` InResponseTo="${request.extract.request.id}"` : ''
    const values = {
      ID: `_${crypto.randomUUID()}`,
      AssertionID: `_${crypto.randomUUID()}`,
      IssueInstant: now.toISOString(),
      End: new Date(now.getTime() + 300_000).toISOString(),
      Destination: this.client.entityMeta.getAssertionConsumerService('post'),
      Audience: this.client.entityMeta.getEntityID(),
      Issuer: this.entityId,
      StatusCode: Constants.StatusCode.Success,
      NameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      NameID: id,
      Mail: mail,
      Name: name,
    }
    const { context } = await this.provider.createLoginResponse(
      this.client,
      request ?? { extract: {} },
      'post',
      {},
      (text) => ({
        id: values.ID,
        context: SamlLib.replaceTagsByValue(text.replaceAll('{InResponseToAttribute}', question), values),
      }),
      false,
      relayState,
    )
    return { SAMLResponse: context, RelayState: relayState }
  }
}
