using Microsoft.Extensions.Options;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Transports;
using WebApp.Platform.Startup;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Mail;

/// <summary>Mail over TLS to a real server, and what is said where TLS fails.</summary>
public sealed class MailTlsTests
{
    private const string Host = "127.0.0.1";

    private TestAuthority authority = null!;

    [OneTimeSetUp]
    public void Start()
    {
        authority = new();
        authority.Trust();
    }

    [OneTimeTearDown]
    public void Stop() => authority.Dispose();

    [TestCase(SmtpSecurity.StartTls)]
    [TestCase(SmtpSecurity.Tls)]
    public async Task Mails_and_the_sign_in_go_over_one_encrypted_connection(SmtpSecurity security)
    {
        await using var server = Server(security, Host);
        using var connection = Transport(server, security, smtp => (smtp.User, smtp.Password) = ("ada", "s3cret")).NewConnection();
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await connection.SendAsync(NewMail(), default), Is.TypeOf<DeliveryResult.Accepted>());
        }

        Assert.That((server.WasSecure, server.SignedInAs, server.Connections, server.Received.Count), Is.EqualTo((true, "ada:s3cret", 1, 3)));
    }

    [Test]
    public async Task What_is_refused_over_TLS_is_said_as_without()
    {
        await using var server = Server(SmtpSecurity.StartTls, Host);
        server.Answers["RCPT"] = "550 no such user";
        Assert.That(await SendAsync(server, SmtpSecurity.StartTls), Is.EqualTo(new DeliveryResult.Refused("550 no such user")));
        server.Answers["RCPT"] = "450 greylisted";
        Assert.That(await ReasonAsync(server, SmtpSecurity.StartTls), Is.EqualTo("450 greylisted"));
    }

    [TestCase(SmtpSecurity.StartTls)]
    [TestCase(SmtpSecurity.Tls)]
    public async Task A_certificate_of_an_unknown_authority_is_refused(SmtpSecurity security)
    {
        using var unknown = new TestAuthority();
        await using var server = new SmtpServer { Certificate = unknown.Issue(Host), IsImplicitTls = security is SmtpSecurity.Tls };
        Assert.That(await ReasonAsync(server, security), Is.EqualTo("The server's certificate was not issued by an authority that this machine trusts, or has expired."));
    }

    [Test]
    public async Task An_expired_certificate_is_refused()
    {
        await using var server = new SmtpServer { Certificate = authority.Issue(Host, until: DateTimeOffset.UtcNow.AddDays(-1)) };
        Assert.That(await ReasonAsync(server, SmtpSecurity.StartTls), Is.EqualTo("The server's certificate was not issued by an authority that this machine trusts, or has expired."));
    }

    [Test]
    public async Task A_certificate_for_another_name_is_refused()
    {
        await using var server = Server(SmtpSecurity.StartTls, "mail.example.org");
        Assert.That(await ReasonAsync(server, SmtpSecurity.StartTls), Is.EqualTo("The server's certificate is not for the name 127.0.0.1."));
    }

    [Test]
    public async Task A_server_without_STARTTLS_is_said_to_be_one()
    {
        await using var server = new SmtpServer();
        Assert.That(await ReasonAsync(server, SmtpSecurity.StartTls), Is.EqualTo($"The server offers no STARTTLS on port {server.Port}. Set Email:Smtp:Security to what it offers."));
    }

    [Test]
    public async Task TLS_to_a_plain_port_is_said_to_be_that()
    {
        await using var server = new SmtpServer();
        Assert.That(
            await ReasonAsync(server, SmtpSecurity.Tls),
            Is.EqualTo($"The server does not speak TLS from the first byte on port {server.Port}. If it offers STARTTLS, set Email:Smtp:Security to StartTls."));
    }

    [TestCase(SmtpSecurity.None)]
    [TestCase(SmtpSecurity.StartTls)]
    public async Task A_TLS_port_that_does_not_greet_is_given_up_after_ten_seconds(SmtpSecurity security)
    {
        await using var server = Server(SmtpSecurity.Tls, Host);
        Assert.That(
            await ReasonAsync(server, security, new GreetingIsOver()),
            Is.EqualTo("The server did not greet within 10 s. If this port speaks TLS from the first byte, set Email:Smtp:Security to Tls."));
    }

    [Test]
    public async Task A_refused_sign_in_names_the_settings()
    {
        await using var server = Server(SmtpSecurity.StartTls, Host);
        server.Answers["AUTH"] = "535 5.7.8 wrong";
        using var connection = Transport(server, SmtpSecurity.StartTls, smtp => (smtp.User, smtp.Password) = ("ada", "s3cret")).NewConnection();
        var reason = ((DeliveryResult.Deferred)await connection.SendAsync(NewMail(), default)).Reason;
        Assert.That(reason, Does.StartWith("The server refused Email:Smtp:User and its password: ").And.Not.Contain("s3cret"));
    }

    private static OutgoingMail NewMail() => new(Guid.CreateVersion7(), "ada@example.net", new("Hello", "text", "<p>html</p>"));

    private static MailKitTransport Transport(SmtpServer server, SmtpSecurity security, Action<SmtpOptions>? change = null, TimeProvider? time = null)
    {
        var smtp = new SmtpOptions { Host = Host, Port = server.Port, Security = security };
        change?.Invoke(smtp);
        return new(
            Options.Create(new EmailOptions { From = "accounts@example.org", Smtp = smtp }), Options.Create(new AppOptions { BaseUrl = new("https://example.org") }), time ?? TimeProvider.System);
    }

    private static async Task<DeliveryResult> SendAsync(SmtpServer server, SmtpSecurity security, TimeProvider? time = null)
    {
        using var connection = Transport(server, security, time: time).NewConnection();
        return await connection.SendAsync(NewMail(), default);
    }

    private static async Task<string> ReasonAsync(SmtpServer server, SmtpSecurity security, TimeProvider? time = null)
    {
        var result = await SendAsync(server, security, time);
        Assert.That(result, Is.TypeOf<DeliveryResult.Deferred>());
        Assert.That(server.Received, Is.Empty);
        return ((DeliveryResult.Failure)result).Reason;
    }

    private SmtpServer Server(SmtpSecurity security, string name) => new() { Certificate = authority.Issue(name), IsImplicitTls = security is SmtpSecurity.Tls };

    /// <summary>A clock by which the ten seconds for the greeting are over at once, and all other times are not.</summary>
    private sealed class GreetingIsOver : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime == MailKitTransport.GreetingTimeout ? TimeSpan.Zero : dueTime, period);
    }
}
