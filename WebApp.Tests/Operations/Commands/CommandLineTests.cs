using System.Security.Cryptography;
using WebApp.Operations.Commands;
using WebApp.Tests.Features.Audit;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations.Commands;

/// <summary>The binary as an operator calls it.</summary>
[Parallelizable(ParallelScope.All)]
[Category("Process")]
public sealed class CommandLineTests
{
    [Test]
    public async Task Health_asks_the_server_that_runs_here()
    {
        Assert.That((await HealthAsync(TestApp.Shared.BaseAddress.Port)).ExitCode, Is.Zero);
        var port = TestApp.FreePort();
        Assert.That(await HealthAsync(port), Is.EqualTo((2, "", $"WebApp: No answer from http://localhost:{port}/.\n")));

        Assert.That((await RunHealthAsync("nonsense")).ExitCode, Is.EqualTo(2));

        static Task<(int ExitCode, string Output, string Errors)> HealthAsync(int port) => RunHealthAsync($"https://*:1;http://*:{port}");

        static async Task<(int ExitCode, string Output, string Errors)> RunHealthAsync(string urls)
        {
            await using var output = new StringWriter { NewLine = "\n" };
            await using var errors = new StringWriter { NewLine = "\n" };
            var code = await CommandLine.RunAsync(["health", $"--urls={urls}"], output, errors);
            return (code, output.ToString(), errors.ToString());
        }
    }

    [Test]
    public async Task Verify_says_that_a_whole_trail_is_whole_and_names_what_was_altered()
    {
        await using var scene = await AuditScene.StartAsync();
        var ids = await scene.WriteAsync(5);
        await scene.SealAsync();
        var file = Path.GetTempFileName();
        try
        {
            var (code, checkpoint, _) = await RunAsync(scene.App, "audit", "checkpoint");
            Assert.That(code, Is.Zero, checkpoint);
            await File.WriteAllTextAsync(file, checkpoint);

            var good = await RunAsync(scene.App, "audit", "verify", "--checkpoint", file);
            Assert.That(good.ExitCode, Is.Zero, good.Output + good.Errors);
            Assert.That(good.Output, Is.EqualTo(
                "Checked: 5 sealed events, 0 that wait for their seal, 1 checkpoints (0 older than what is kept).\nThe audit trail is whole.\n"));
            Assert.That(good.Errors, Is.Empty);

            await scene.SqlAsync("UPDATE security_events SET detail = E'\\n\\e[2J' WHERE id = $1", ids[2]);
            await scene.SqlAsync("DELETE FROM security_events WHERE seq = 5");
            var bad = await RunAsync(scene.App, "audit", "verify", $"--checkpoint={file}");
            Assert.That(bad.ExitCode, Is.EqualTo(1), bad.Output + bad.Errors);
            Assert.That(bad.Output, Does.StartWith($"event 3 ({ids[2]}) was altered\nevent 5 was removed\n").And.Contain("the checkpoint of"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task Migrate_makes_the_schema_and_says_what_it_applied()
    {
        var database = await TestServer.NewEmptyDatabaseAsync();
        var early = await RunHereAsync(["audit", "checkpoint"], database);
        Assert.That((early.ExitCode, early.Errors.Trim()), Is.EqualTo((2, "WebApp: The database is not of this version. Run: WebApp migrate")));

        var first = await RunHereAsync(["migrate"], database);
        Assert.That(first.ExitCode, Is.Zero, first.Output + first.Errors);
        Assert.That(first.Output, Does.StartWith("applied 20261121000000_Initial\n").And.EndWith("The schema is up to date.\n"));
        Assert.That((await RunHereAsync(["migrate"], database)).Output, Is.EqualTo("The schema is up to date.\n"));
        var empty = await RunHereAsync(["audit", "verify"], database);
        Assert.That(empty.ExitCode, Is.Zero, empty.Output + empty.Errors);
        Assert.That((await RunHereAsync(["audit", "checkpoint"], database)).Errors.Trim(), Is.EqualTo("WebApp: Nothing is sealed yet."));
    }

    [Test]
    public async Task Another_master_key_verifies_nothing()
    {
        await using var scene = await AuditScene.StartAsync();
        await scene.WriteAsync(1);
        var other = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var (code, output, errors) = await RunHereAsync(["audit", "verify"], scene.App.ConnectionString, other);
        Assert.That((code, output, errors.Trim()), Is.EqualTo((2, "", "WebApp: MASTER_KEY does not open the key ring in this database: start with the key it was made with.")));
    }

    [TestCase("There is no command “audit verfy”. WebApp help lists them.", "audit", "verfy")]
    [TestCase("There is no command “serve”. WebApp help lists them.", "serve")]
    [TestCase("There is no command “audit verify now”. WebApp help lists them.", "audit", "verify", "now")]
    [TestCase("audit verify has no option --chekpoint. WebApp help lists what there is.", "audit", "verify", "--chekpoint", "x")]
    [TestCase("--checkpoint needs a value.", "audit", "verify", "--checkpoint")]
    [TestCase("“now” is not understood. WebApp help lists what is.", "audit", "verify", "--App:Name=X", "now")]
    [TestCase("The database cannot be used: Failed to connect to 127.0.0.1:1. Check ConnectionStrings:Postgres.", "audit", "verify")]
    [TestCase("The database cannot be used: Failed to connect to 127.0.0.1:1. Check ConnectionStrings:Postgres.", "migrate")]
    [TestCase("Audit:KeepDays must lie between 1 and 36500.", "migrate", "--Audit:KeepDays=0")]
    public async Task What_cannot_be_done_ends_with_2_and_a_line(string why, params string[] arguments)
    {
        var (code, output, errors) = await RunHereAsync(arguments, "Host=127.0.0.1;Port=1;Username=webapp;Password=hush-hush;Database=webapp");
        Assert.That((code, output, errors.Trim()), Is.EqualTo((2, "", $"WebApp: {why}")));
    }

    [TestCase("help")]
    [TestCase("--help")]
    public async Task Help_lists_every_command(string word)
    {
        var (code, output, _) = await RunHereAsync([word], null);
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("  audit verify [--checkpoint FILE]  ").And.Contain("  audit checkpoint  ").And.Contain("  migrate  "));
    }

    [TestCase]
    [TestCase("--urls=http://127.0.0.1:0")]
    [TestCase("--App:Name", "X")]
    public void Settings_alone_start_the_server(params string[] arguments) => Assert.That(CommandLine.IsCommand(arguments), Is.False);

    private static Task<(int ExitCode, string Output, string Errors)> RunAsync(TestApp app, params string[] arguments) =>
        AppProcess.CommandAsync(arguments, Settings(app.ConnectionString));

    private static async Task<(int ExitCode, string Output, string Errors)> RunHereAsync(string[] arguments, string? database, string? masterKey = null)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var errors = new StringWriter { NewLine = "\n" };
        string[] settings = database is null || arguments[^1] is "now" or "--checkpoint" ? []
            : ["--environment=Development", $"--contentRoot={TestApp.ContentRoot}", $"--MASTER_KEY={masterKey ?? TestApp.MasterKey}", $"--ConnectionStrings:Postgres={database}"];
        Assert.That(CommandLine.IsCommand(arguments), Is.True);
        var code = await CommandLine.RunAsync([.. arguments, .. settings], output, errors);
        return (code, output.ToString(), errors.ToString());
    }

    private static string[] Settings(string database) => ["ASPNETCORE_ENVIRONMENT=Development", $"MASTER_KEY={TestApp.MasterKey}", $"ConnectionStrings__Postgres={database}"];
}
