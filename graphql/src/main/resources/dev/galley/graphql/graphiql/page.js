// Mounts GraphiQL for the key that the user enters. The key stays in this tab; nothing is sent to any other address.
(function () {
  const form = document.getElementById('caller')
  const [key, token] = [form.elements.key, form.elements.token]
  const root = document.getElementById('graphiql')
  let mounted
  let callers = 0

  function fetcher(apikey, accessToken) {
    return async (request, options) => {
      const headers = { 'Content-Type': 'application/json', Accept: 'application/json', apikey, ...options?.headers }
      if (accessToken) headers.Authorization = `Bearer ${accessToken}`
      const response = await fetch('/graphql/v1', { method: 'POST', headers, body: JSON.stringify(request) })
      return response.json()
    }
  }

  /** Another caller may see another schema: GraphiQL begins anew. */
  function show() {
    mounted ??= ReactDOM.createRoot(root)
    callers += 1
    mounted.render(
      React.createElement(GraphiQL, {
        key: callers,
        fetcher: fetcher(key.value.trim(), token.value.trim()),
        defaultQuery: '# Ctrl+Enter runs the query.\n',
      }),
    )
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    sessionStorage.setItem('galley.key', key.value.trim())
    show()
  })
  key.value = sessionStorage.getItem('galley.key') ?? ''
  if (key.value) show()
})()
