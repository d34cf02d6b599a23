using System.Net;
using WebApp.Platform.Data.Encryption;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Rows of sessions that somebody writes into the database without the master key.</summary>
public sealed class ForgedSessionRowTests : OwnApp
{
    [TestCase("no ticket", "NULL")]
    [TestCase("random bytes", "decode(md5(random()::text), 'hex')")]
    [TestCase("the victim's ticket", "(SELECT ticket FROM sessions WHERE id = $2)")]
    public async Task A_session_written_by_hand_opens_nothing(string ticket, string sql)
    {
        var (victim, _) = await App.OpenBrowserSessionAsync(await App.CreateUserAsync());
        var forged = RowKey.New(Guid.CreateVersion7());

        await App.QueryAsync<int>(
            $"""
            INSERT INTO sessions (id, user_id, kind, key_hash, ticket, idle_limit, amr, created_at, authenticated_at, last_seen_at, expires_at, token_version, refresh_seq)
            SELECT $1, user_id, kind, $3, {sql}, idle_limit, amr, created_at, authenticated_at, last_seen_at, expires_at, token_version, refresh_seq
            FROM sessions WHERE id = $2
            """,
            forged.Id, victim, forged.Hash());

        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM sessions WHERE id = $1", forged.Id), Is.EqualTo(1));
        Assert.That((await AccountAsync(forged)).Status, Is.EqualTo(HttpStatusCode.Redirect), ticket);
    }

    [Test]
    public async Task A_key_put_in_place_of_the_victims_opens_nothing()
    {
        var (victim, key) = await App.OpenBrowserSessionAsync(await App.CreateUserAsync());
        Assert.That((await AccountAsync(key)).Status, Is.EqualTo(HttpStatusCode.OK));
        var forged = RowKey.New(victim);

        await App.QueryAsync<int>("UPDATE sessions SET key_hash = $2 WHERE id = $1", victim, forged.Hash());

        Assert.That((await AccountAsync(forged)).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_session_given_to_another_user_stays_its_owners()
    {
        var (attacker, victim) = (await App.CreateUserAsync("Mallory"), await App.CreateUserAsync("Alice"));
        var (id, key) = await App.OpenBrowserSessionAsync(attacker);

        await App.QueryAsync<int>("UPDATE sessions SET user_id = $2 WHERE id = $1", id, victim.Id);

        Assert.That((await AccountAsync(key)).Text, Does.Not.Contain(victim.Email).And.Not.Contain("Alice"));
    }

    private async Task<Answer> AccountAsync(RowKey key)
    {
        using var http = App.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/account", UriKind.Relative)) { Headers = { { "Cookie", $"session={key.Reveal()}" } } };
        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
