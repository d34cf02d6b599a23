using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Startup;

/// <summary>What keeps the application from starting, as its operator sees it: a line on the error stream, and nothing else.</summary>
[Parallelizable(ParallelScope.All)]
[Category("Process")]
public sealed class StartupTests
{
    // A port on which nobody listens: whoever gets as far as the database is told that it cannot be reached.
    private const string NoDatabase = "Host=127.0.0.1;Port=1;Username=webapp;Password=hush-hush;Database=webapp";

    private static readonly string[] Production =
    [
        "ASPNETCORE_ENVIRONMENT=Production", $"MASTER_KEY={TestApp.MasterKey}", $"ConnectionStrings__Postgres={NoDatabase}",
        "App__BaseUrl=https://accounts.example.org", "Email__Smtp__Host=127.0.0.1", "Email__From=accounts@example.org",
    ];

    [TestCase("SECRET_KEY must be at least 32 bytes long.", "SECRET_KEY=0123456789abcdef0123456789abcde")]
    [TestCase("ACCESS_TOKEN_EXPIRE_MINUTES must be a whole number of minutes, at least 1.", "ACCESS_TOKEN_EXPIRE_MINUTES=abc")]
    [TestCase("Failed to convert configuration value 'soon' at 'Tokens:RefreshTokenDays' to type 'System.Int32'.", "Tokens__RefreshTokenDays=soon")]
    [TestCase("MASTER_KEY is missing: set it to 32 random bytes in base64 (make one with: openssl rand -base64 32).", "MASTER_KEY=")]
    [TestCase("MASTER_KEY must be 32 bytes in base64 (make one with: openssl rand -base64 32).", "MASTER_KEY=c2hvcnQ=")]
    [TestCase("The database cannot be used: Failed to connect to 127.0.0.1:1. Check ConnectionStrings:Postgres.")]
    [TestCase("ConnectionStrings:Postgres is missing: set it to a PostgreSQL connection string.", "ConnectionStrings__Postgres=")]
    [TestCase("ConnectionStrings:Postgres cannot be read: Couldn't set hst (Parameter 'hst')", "ConnectionStrings__Postgres=Hst=db")]
    [TestCase("App:BaseUrl must be the site's absolute address, such as https://accounts.example.org.", "App__BaseUrl=")]
    [TestCase(
        "App:BaseUrl must begin with https:// outside Development; only this machine's own name, as in http://localhost:8080, may do without.",
        "App__BaseUrl=http://accounts.example.org")]
    [TestCase("Proxy:Trusted must list addresses or networks, such as 10.0.0.7 or 10.0.0.0/8; “10.0.0.1/8” is neither, or would trust everybody.", "Proxy__Trusted=10.0.0.1/8")]
    [TestCase("Proxy:Trusted must list addresses or networks, such as 10.0.0.7 or 10.0.0.0/8; “0.0.0.0/0” is neither, or would trust everybody.", "Proxy__Trusted__0=10.0.0.7", "Proxy__Trusted__1=0.0.0.0/0")]
    [TestCase("Server:MaxConnections must be at least 100.", "Server__MaxConnections=3")]
    [TestCase("Email:Smtp:Host must name the mail server; only Development can do without.", "Email__Smtp__Host=")]
    [TestCase("Email:From must be the address mail is sent from, such as accounts@example.org.", "Email__From=")]
    public async Task It_does_not_start_and_says_why_in_one_line(string why, params string[] setting) =>
        AssertRefusal(await AppProcess.RunToEndAsync([.. Production, .. setting]), why);

    [Test]
    public async Task Every_wrong_setting_is_reported_at_once() => AssertRefusal(
        await AppProcess.RunToEndAsync([.. Production, "SECRET_KEY=short", "Email__Smtp__Port=70000", "Sessions__IdleMinutes=0"]),
        "Email:Smtp:Port must lie between 1 and 65535.",
        "SECRET_KEY must be at least 32 bytes long.",
        "Sessions:IdleMinutes must be at least 1 and less than a day.");

    [Test]
    public async Task A_database_of_another_master_key_is_left_alone()
    {
        await using var owner = await TestApp.StartAsync();
        var keys = await owner.QueryAsync<string>("SELECT string_agg(xml, '' ORDER BY id) FROM data_protection_keys");
        var other = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

        var ended = await AppProcess.RunToEndAsync([.. Production, $"ConnectionStrings__Postgres={owner.ConnectionString}", $"MASTER_KEY={other}"]);

        AssertRefusal(ended, "MASTER_KEY does not open the key ring in this database: start with the key it was made with.");
        Assert.That(await owner.QueryAsync<string>("SELECT string_agg(xml, '' ORDER BY id) FROM data_protection_keys"), Is.EqualTo(keys));
    }

    [Test]
    public async Task A_password_that_the_database_refuses_is_reported_without_the_password()
    {
        var database = new Npgsql.NpgsqlConnectionStringBuilder(await TestServer.NewDatabaseAsync()) { Password = "hush-hush" };

        var ended = await AppProcess.RunToEndAsync([.. Production, $"ConnectionStrings__Postgres={database.ConnectionString}"]);

        AssertRefusal(ended, "The database cannot be used: password authentication failed for user \"webapp\". Check ConnectionStrings:Postgres.");
    }

    [Test]
    public async Task An_address_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://{taken.LocalEndpoint}";

        var ended = await AppProcess.RunToEndAsync(
            [.. Production, $"ConnectionStrings__Postgres={await TestServer.NewDatabaseAsync()}", $"ASPNETCORE_URLS={address}"]);

        AssertRefusal(ended, $"Failed to bind to address {address}: address already in use.");
    }

    [Test]
    public async Task An_address_of_another_machine_is_refused()
    {
        // TEST-NET-1 (RFC 5737): nobody's.
        var ended = await AppProcess.RunToEndAsync(
            [.. Production, $"ConnectionStrings__Postgres={await TestServer.NewDatabaseAsync()}", "ASPNETCORE_URLS=http://192.0.2.1:8080"]);

        AssertRefusal(ended, "The address to listen on cannot be used: Cannot assign requested address. Check ASPNETCORE_URLS.");
    }

    private static void AssertRefusal((int ExitCode, string Output, string Errors) ended, params string[] why)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ended.ExitCode, Is.Not.Zero);
            Assert.That(ended.Errors.TrimEnd().Split('\n').Select(line => line.TrimEnd()), Is.EquivalentTo(why.Select(line => $"WebApp cannot start: {line}")));
            Assert.That(ended.Output, Does.Not.Match("fail:|crit:|^   at ").And.Not.Contain("Exception"), "the log tells it again");
            Assert.That(ended.Output, Does.Not.Contain("hush-hush"));
        }
    }
}
