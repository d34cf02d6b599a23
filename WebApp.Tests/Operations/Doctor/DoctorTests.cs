using Microsoft.Extensions.DependencyInjection;
using WebApp.Operations.Doctor;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations.Doctor;

/// <summary>What the doctor says of the service itself, and the command.</summary>
[Category("Process")]
public sealed class DoctorTests
{
    [Test]
    public async Task Mail_that_cannot_be_reached_is_named_and_a_server_that_answers_is_good()
    {
        await using var smtp = new SmtpServer();
        await using var reached = await TestApp.StartAsync(settings: ["Email:Smtp:Host=127.0.0.1", $"Email:Smtp:Port={smtp.Port}", "Email:From=a@example.org"]);
        Assert.That((await ServiceAsync(reached)).Single(finding => finding.Code.StartsWith("mail", StringComparison.Ordinal)).Code, Is.EqualTo("mail"));
        Assert.That(smtp.Received, Is.Empty);
        await using var plain = await TestApp.StartAsync(reached.ConnectionString, null, "Email:Smtp:Host=127.0.0.1", $"Email:Smtp:Port={smtp.Port}", "Email:From=a@example.org", "Email:Smtp:Security=StartTls");
        Assert.That((await ServiceAsync(plain)).Select(finding => finding.Code), Has.Member("mail_without_tls"));
        await using var away = await TestApp.StartAsync(reached.ConnectionString, null, "Email:Smtp:Host=127.0.0.1", "Email:Smtp:Port=9", "Email:From=a@example.org");
        Assert.That((await ServiceAsync(away)).Select(finding => finding.Code), Has.Member("mail_unreachable"));
    }

    [Test]
    public async Task A_clock_that_is_off_and_a_migration_that_is_missing_are_named()
    {
        await using var app = await TestApp.StartAsync();
        Assert.That((await ServiceAsync(app)).Select(finding => finding.Code), Is.SupersetOf(["clock", "schema", "key_ring", "database_version", "database_latency", "disk"]));
        app.Clock.Advance(TimeSpan.FromSeconds(40));
        await app.QueryAsync<object>("DELETE FROM \"__EFMigrationsHistory\" WHERE ctid = (SELECT max(ctid) FROM \"__EFMigrationsHistory\")");
        Assert.That((await ServiceAsync(app)).Select(finding => finding.Code), Is.SupersetOf(["clock_skew", "migrations_pending"]));
    }

    [Test]
    public async Task The_command_probes_a_running_instance_and_sets_the_exit_code()
    {
        await using var app = await TestApp.StartAsync();
        string[] settings =
        [
            "ASPNETCORE_ENVIRONMENT=Development", $"MASTER_KEY={TestApp.MasterKey}", $"ConnectionStrings__Postgres={app.ConnectionString}", $"App__BaseUrl={app.BaseAddress}", "Password__WorkFactor=10",
        ];
        var (code, output, errors) = await AppProcess.CommandAsync(["doctor", "--url", app.BaseAddress.ToString()], settings);
        Assert.That((code, errors), Is.EqualTo((0, "")).Or.EqualTo((1, "")), output);
        Assert.That(output, Does.Contain("ready:").And.Contain("127.0.0.1 counts").And.Contain("is App:BaseUrl").And.Contain("MASTER_KEY opens"));

        var closed = $"http://127.0.0.1:{TestApp.FreePort()}";
        (code, output, _) = await AppProcess.CommandAsync(["doctor", $"--url={closed}"], settings);
        Assert.That((code, output), Is.EqualTo((1, output)));
        Assert.That(output, Does.Contain("url_unreachable"));
    }

    [TestCase("Proxy__Trusted=0.0.0.0/0", "proxy_trusts_everybody")]
    [TestCase("ProxyAuth__Enabled=true", "proxy_auth_without_proxy")]
    [TestCase("Tokens__AccessTokenMinutes=many", "settings")]
    public async Task Settings_that_keep_it_from_starting_are_findings(string setting, string code)
    {
        var (exit, output, _) = await AppProcess.CommandAsync(
            ["doctor"], "ASPNETCORE_ENVIRONMENT=Development", $"MASTER_KEY={TestApp.MasterKey}", $"ConnectionStrings__Postgres={TestApp.Shared.ConnectionString}", setting);
        Assert.That(exit, Is.EqualTo(1));
        Assert.That(output, Does.Contain($"{code}: ").And.Contain("mend: "));
    }

    [Test]
    public async Task A_database_that_is_away_is_a_finding()
    {
        var (exit, output, _) = await AppProcess.CommandAsync(
            ["doctor"], "ASPNETCORE_ENVIRONMENT=Development", $"MASTER_KEY={TestApp.MasterKey}", $"ConnectionStrings__Postgres=Host=127.0.0.1;Port={TestApp.FreePort()};Username=x;Password=x");
        Assert.That((exit, output), Is.EqualTo((1, output)));
        Assert.That(output, Does.Contain("database_unusable"));
    }

    private static Task<IReadOnlyList<Finding>> ServiceAsync(TestApp app) => app.Services.GetRequiredService<DoctorService>().ServiceAsync(isServing: true, CancellationToken.None);
}
