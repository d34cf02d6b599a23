using Microsoft.Extensions.Logging;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

/// <summary>Addresses that an earlier version stored under another form.</summary>
public sealed class CanonicalAddressUpgradeTests
{
    [Test]
    public async Task Old_forms_are_replaced_at_the_start_and_clashes_are_left_and_named()
    {
        var database = await TestServer.NewDatabaseAsync();
        Guid lone, first, second;
        await using (var before = await TestApp.StartAsync(database))
        {
            lone = await StoreAsync(before, "lone@bücher.example", "LONE@BÜCHER.EXAMPLE");
            first = await StoreAsync(before, "twin@xn--bcher-kva.example", "TWIN@XN--BCHER-KVA.EXAMPLE");
            second = await StoreAsync(before, "twin@bücher.example", "TWIN@BÜCHER.EXAMPLE");
        }

        using LogBook log = new();
        await using var after = await TestApp.StartAsync(database, builder => builder.Logging.AddProvider(log));

        Assert.Multiple(async () =>
        {
            Assert.That(await FormAsync(after, lone), Is.EqualTo("LONE@XN--BCHER-KVA.EXAMPLE"));
            Assert.That(await FormAsync(after, first), Is.EqualTo("TWIN@XN--BCHER-KVA.EXAMPLE"));
            Assert.That(await FormAsync(after, second), Is.EqualTo("TWIN@BÜCHER.EXAMPLE"));
            Assert.That(log.Lines, Has.Some.Contains(first.ToString()).And.Some.Contains(second.ToString()));
        });
    }

    private static async Task<Guid> StoreAsync(TestApp app, string email, string normalized)
    {
        var user = await app.CreateUserAsync();
        await using var command = app.Database.CreateCommand("UPDATE users SET email = $2, user_name = $2, normalized_email = $3, normalized_user_name = $3 WHERE id = $1");
        command.Parameters.Add(new() { Value = user.Id });
        command.Parameters.Add(new() { Value = email });
        command.Parameters.Add(new() { Value = normalized });
        await command.ExecuteNonQueryAsync();
        return user.Id;
    }

    private static async Task<string> FormAsync(TestApp app, Guid id)
    {
        await using var command = app.Database.CreateCommand("SELECT normalized_email FROM users WHERE id = $1");
        command.Parameters.Add(new() { Value = id });
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
