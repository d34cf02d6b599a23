using System.Globalization;
using Microsoft.Extensions.Options;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Transports;
using WebApp.Platform.Startup;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Mail;

/// <summary>What every transport that speaks to a server must do, said to a real one.</summary>
public abstract class TransportContract
{
    private static readonly Guid Id = Guid.Parse("0199aa00-0000-7000-8000-000000000001");

    private SmtpServer server = null!;

    protected abstract IMailTransport Create(IOptions<EmailOptions> email, IOptions<AppOptions> app, TimeProvider time);

    [SetUp]
    public void Start() => server = new();

    [TearDown]
    public async Task Stop() => await server.DisposeAsync();

    [Test]
    public async Task Mail_arrives_with_its_headers_and_both_alternatives()
    {
        Assert.That(await Send(new("Hello", "text\nmore", "<p>html</p>")), Is.TypeOf<DeliveryResult.Accepted>());

        var mail = await server.NextAsync();
        Assert.Multiple(() =>
        {
            Assert.That(mail.From, Is.EqualTo("accounts@example.org"));
            Assert.That(mail.To, Is.EqualTo(["ada@example.net"]));
            Assert.That(mail.Header("From"), Does.Match("^\"?Brüder & Co\"? <accounts@example.org>$"));
            Assert.That(mail.Header("To"), Is.EqualTo("ada@example.net"));
            Assert.That(mail.Header("Subject"), Is.EqualTo("Hello"));
            Assert.That(DateTimeOffset.Parse(mail.Header("Date")!, CultureInfo.InvariantCulture), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
            Assert.That(mail.Header("Message-ID"), Is.EqualTo("<0199aa00000070008000000000000001@example.org>"));
            Assert.That(mail.Header("Auto-Submitted"), Is.EqualTo("auto-generated"));
            Assert.That(mail.Header("MIME-Version"), Is.EqualTo("1.0"));
            Assert.That(mail.Header("Content-Type"), Does.StartWith("multipart/alternative"));
            Assert.That(mail.Parts, Is.EqualTo([("text/plain", "text\r\nmore"), ("text/html", "<p>html</p>")]));
            Assert.That(mail.HeaderNames, Is.Unique);
        });
    }

    [Test]
    public async Task Unicode_survives_in_subject_and_bodies_and_the_wire_stays_ascii()
    {
        var subject = "Bestätigung für „Ärztehaus“ — 確認してください 🔑 " + string.Concat(Enumerable.Repeat("überlänge ", 20)).Trim();
        await Send(new(subject, "naïve — 日本語 🔑", "<p>naïve — 日本語 🔑</p>"));

        var mail = await server.NextAsync();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Header("Subject"), Is.EqualTo(subject));
            Assert.That(mail.Part("text/plain"), Is.EqualTo("naïve — 日本語 🔑"));
            Assert.That(mail.Part("text/html"), Is.EqualTo("<p>naïve — 日本語 🔑</p>"));
            Assert.That(mail.Raw.All(char.IsAscii), Is.True);
        });
    }

    [Test]
    public async Task Long_lines_and_lines_of_dots_survive()
    {
        var link = "https://example.org/reset-password?token=" + new string('A', 1500);
        var text = $".\n..\n.hidden\n{link}\ntrailing space \n=3D is not an equals sign\n\nFrom here\n.";
        await Send(new("Dots", text, $"<p>{link}</p>\n.\n<p>end</p>"));

        var mail = await server.NextAsync();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Part("text/plain"), Is.EqualTo(text.ReplaceLineEndings("\r\n")));
            Assert.That(mail.Part("text/html"), Is.EqualTo($"<p>{link}</p>\r\n.\r\n<p>end</p>"));
            // RFC 5321 4.5.3.1.6: 998 characters without the line's end.
            Assert.That(mail.Raw.Split("\r\n").Max(line => line.Length), Is.LessThanOrEqualTo(998));
        });
    }

    [TestCase("550 5.1.1 <ada@example.net>: no such user")]
    [TestCase("553 mailbox name not allowed")]
    public async Task Recipient_refused_for_good_is_a_refusal(string answer)
    {
        server.Answers["RCPT"] = answer;

        var result = await Send(new("Hello", "text", "html"));

        Assert.That(result, Is.TypeOf<DeliveryResult.Refused>());
        Assert.That(((DeliveryResult.Failure)result).Reason, Does.Contain(answer[..3]));
        Assert.That(server.Received, Is.Empty);
    }

    [TestCase("RCPT", "450 4.2.0 greylisted")]
    [TestCase("RCPT", "451 try later")]
    [TestCase("MAIL", "550 sender not welcome")]
    [TestCase("MAIL", "421 going down")]
    [TestCase("DATA", "451 disk full")]
    [TestCase(".", "452 disk full")]
    [TestCase("EHLO", "421 too many connections")]
    public async Task What_may_pass_is_deferred(string verb, string answer)
    {
        server.Answers[verb] = answer;

        Assert.That(await Send(new("Hello", "text", "html")), Is.TypeOf<DeliveryResult.Deferred>());
        Assert.That(server.Received, Is.Empty);
    }

    [TestCase("EHLO")]
    [TestCase("MAIL")]
    [TestCase("RCPT")]
    [TestCase("DATA")]
    public async Task Cut_connection_is_deferred(string verb)
    {
        server.HangUpAt = verb;

        Assert.That(await Send(new("Hello", "text", "html")), Is.TypeOf<DeliveryResult.Deferred>());
    }

    [Test]
    public async Task Server_that_is_down_is_deferred()
    {
        await server.DisposeAsync();

        Assert.That(await Send(new("Hello", "text", "html")), Is.TypeOf<DeliveryResult.Deferred>());
    }

    [Test]
    public async Task Server_without_STARTTLS_gets_nothing_where_it_is_asked_for()
    {
        var result = await Send(new("Hello", "text", "html"), smtp => smtp.Security = SmtpSecurity.StartTls);

        Assert.That(result, Is.TypeOf<DeliveryResult.Deferred>());
        Assert.That(server.Received, Is.Empty);
    }

    [Test]
    public async Task Cancelled_sending_throws_and_does_not_wait_for_the_server()
    {
        using var cancel = new CancellationTokenSource();
        server.BeforeTaking = async closing =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, closing);
        };

        Assert.That(async () => await Send(new("Hello", "text", "html"), cancel: cancel.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task User_is_signed_in()
    {
        await Send(new("Hello", "text", "html"), smtp => (smtp.User, smtp.Password) = ("ada", "s3cret:ü"));

        Assert.That(server.SignedInAs, Is.EqualTo("ada:s3cret:ü"));
        Assert.That(server.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Unicode_addresses_are_reached()
    {
        await Send(new("Hello", "text", "html"), to: "jörg@example.net");

        Assert.That((await server.NextAsync()).To, Is.EqualTo(["jörg@example.net"]));
    }

    private async Task<DeliveryResult> Send(MailContent content, Action<SmtpOptions>? change = null, string to = "ada@example.net", CancellationToken cancel = default)
    {
        using var connection = Create(change).NewConnection();
        return await connection.SendAsync(new(Id, to, content), cancel);
    }

    private IMailTransport Create(Action<SmtpOptions>? change = null)
    {
        var email = new EmailOptions { From = "accounts@example.org", Smtp = { Host = "127.0.0.1", Port = server.Port } };
        change?.Invoke(email.Smtp);
        var app = new AppOptions { BaseUrl = new("https://example.org"), Name = "Brüder & Co" };
        return Create(Options.Create(email), Options.Create(app), TimeProvider.System);
    }
}
