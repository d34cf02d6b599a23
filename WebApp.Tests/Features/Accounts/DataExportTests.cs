using System.Net;
using System.Text.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

public sealed class DataExportTests
{
    [Test]
    public async Task It_is_a_file_of_JSON_that_holds_everything_but_secrets()
    {
        var user = await TestApp.Shared.CreateUserAsync("Ada Lovelace");
        await TestApp.Shared.QueryAsync<object>(
            "INSERT INTO api_tokens VALUES (gen_random_uuid(), $1, 'Backups', decode(md5(random()::text), 'hex'), '{profile.read}', now(), null, null, null)", user.Id);
        await TestApp.Shared.QueryAsync<object>(
            "INSERT INTO known_devices VALUES (gen_random_uuid(), $1, '', 'Mozilla/5.0 (X11; Linux) Firefox/140.0', '192.0.2.7', now(), now(), null, null, gen_random_uuid())", user.Id);
        await TestApp.Shared.QueryAsync<object>("UPDATE known_devices SET trusted_until = now() + interval '1 day' WHERE user_id = $1", user.Id);
        await TestApp.Shared.QueryAsync<object>(
            "WITH made AS (INSERT INTO groups VALUES (gen_random_uuid(), 'Choir', now()) RETURNING id) INSERT INTO group_members SELECT id, $1, 'owner', now() FROM made", user.Id);
        using var passkey = await SoftPasskey.AddAsync(TestApp.Shared, user, "Blue key");
        await new ApiClient(TestApp.Shared).LoginAsync(user, "My laptop");
        using var page = await PageClient.SignInAsync(TestApp.Shared, user);

        var answer = await page.PostFormAsync("/account/data/export");
        var data = JsonDocument.Parse(answer.Text).RootElement;
        var hashes = await TestApp.Shared.QueryAsync<string>(
            "SELECT concat_ws('|', password_hash, security_stamp, (SELECT string_agg(encode(key_hash, 'base64') || '|' || encode(ticket, 'base64'), '|') FROM sessions WHERE user_id = $1 AND key_hash IS NOT NULL), (SELECT encode(token_hash, 'base64') FROM api_tokens WHERE user_id = $1)) FROM users WHERE id = $1",
            user.Id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(answer.Headers["Content-Disposition"], Does.StartWith("attachment; filename=account-data-"));
            Assert.That(answer.Headers["Cache-Control"], Does.Contain("no-store"));
            Assert.That(data.GetProperty("profile").GetProperty("email").GetString(), Is.EqualTo(user.Email));
            Assert.That(data.GetProperty("profile").GetProperty("display_name").GetString(), Is.EqualTo("Ada Lovelace"));
            Assert.That(data.GetProperty("sessions").EnumerateArray().Select(s => s.GetProperty("device").GetString()), Does.Contain("My laptop"));
            Assert.That(data.GetProperty("devices")[0].GetProperty("device").GetString(), Is.EqualTo("Firefox on Linux"));
            Assert.That(data.GetProperty("api_tokens")[0].GetProperty("name").GetString(), Is.EqualTo("Backups"));
            Assert.That(data.GetProperty("api_tokens")[0].GetProperty("scopes")[0].GetString(), Is.EqualTo("profile.read"));
            Assert.That(data.GetProperty("devices")[0].GetProperty("trusted_until").ValueKind, Is.EqualTo(JsonValueKind.String));
            Assert.That(data.GetProperty("groups").EnumerateArray().Select(g => (g.GetProperty("name").GetString(), g.GetProperty("role").GetString())), Is.EqualTo([("Choir", "owner")]));
            Assert.That(data.GetProperty("passkeys").EnumerateArray().Select(p => p.GetProperty("name").GetString()), Is.EqualTo(["Blue key"]));
            Assert.That(answer.Text, Does.Not.Contain(passkey.PathId).And.Not.Contain(Convert.ToBase64String(passkey.Id)));
            Assert.That(data.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("kind").GetString()), Does.Contain("signed_in").And.Contain("data_exported"));
            Assert.That(hashes!.Split('|').Where(hash => hash.Length > 0), Is.Not.Empty.And.All.Matches<string>(hash => !answer.Text.Contains(hash!, StringComparison.Ordinal)));
            Assert.That(answer.Text, Does.Not.Contain("hash").And.Not.Contain("stamp").And.Not.Contain("ticket"));
        }
    }
}
