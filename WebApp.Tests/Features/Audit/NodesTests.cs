using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Features.Audit.Chain;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Audit;

[Category("Process")]
public sealed class NodesTests
{
    [Test]
    public async Task What_a_killed_node_left_without_a_seal_the_next_one_seals()
    {
        var database = await TestServer.NewDatabaseAsync();
        await using var scene = await AuditScene.StartAsync(database);
        var user = await scene.App.CreateUserAsync();
        await using (var node = await AppProcess.StartAsync(database, $"Tokens__Issuer={scene.App.BaseAddress.GetLeftPart(UriPartial.Authority)}"))
        {
            // Whoever holds the chain's row keeps every node from sealing, as if it died at that moment.
            await using var held = await scene.App.Database.OpenConnectionAsync();
            await Patience.UntilAsync(async () => await scene.App.QueryAsync<long>("SELECT count(*) FROM audit_chain") == 1);
            await using (var hold = new NpgsqlCommand("BEGIN; SELECT 1 FROM audit_chain FOR UPDATE", held))
            {
                await hold.ExecuteNonQueryAsync();
            }

            using var http = node.NewClient();
            Assert.That((await new ApiClient(http).PostAsync("/auth/login", new { email = user.Email, password = user.Password })).Status, Is.EqualTo(HttpStatusCode.OK), "a sign-in does not wait for the seal");
            await node.KillAsync();
        }

        var left = await scene.VerifyAsync();
        Assert.That((left.IsWhole, left.Waiting), Is.EqualTo((true, 1L)));

        await using var next = await TestApp.StartAsync(database);
        await Patience.UntilAsync(async () => (await scene.VerifyAsync()) is { IsWhole: true, Waiting: 0, Events: 1 });
    }

    [Test]
    public async Task A_node_keeps_checkpoints_in_its_file()
    {
        var file = Path.Combine(Path.GetTempPath(), $"checkpoints-{Guid.NewGuid():N}");
        try
        {
            await using var app = await TestApp.StartAsync(settings: [$"Audit:CheckpointFile={file}", "Audit:CheckpointMinutes=30"]);
            var api = new ApiClient(app);
            await api.PostAsync("/auth/login", new { email = "nobody@example.org", password = "x" });
            await Patience.UntilAsync(() => Task.FromResult(Lines(file).Length == 1));
            await api.PostAsync("/auth/login", new { email = "nobody@example.org", password = "x" });
            await Patience.UntilAsync(async () => await app.QueryAsync<long>("SELECT max(seq) FROM security_events") == 2);
            Assert.That(Lines(file), Has.Length.EqualTo(1), "half an hour is not over");

            app.Clock.Advance(TimeSpan.FromMinutes(31));
            await Patience.UntilAsync(() => Task.FromResult(Lines(file).Length == 2));

            var verification = app.Services.GetRequiredService<AuditVerification>();
            Assert.That((await verification.RunAsync(Lines(file), CancellationToken.None)).Checkpoints, Is.EqualTo(2));
            await app.QueryAsync<object>("DELETE FROM security_events WHERE seq = 2");
            Assert.That((await verification.RunAsync(Lines(file), CancellationToken.None)).Faults.Select(fault => $"{fault}"), Has.Member("event 2 was removed"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string[] Lines(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];
}
