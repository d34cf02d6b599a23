using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Transports;
using WebApp.Platform.Startup;

namespace WebApp.Tests.Platform.Mail;

[Parallelizable(ParallelScope.All)]
public sealed class EmailOptionsTests
{
    private static readonly string[] Good = ["Email:Smtp:Host=mail.example.org", "Email:From=Accounts <accounts@example.org>"];

    [TestCase("Production", "Email:Smtp:Host")]
    [TestCase("Production", "Email:Smtp:Host", "Email:From=a@example.org")]
    [TestCase("Production", "Email:From", "Email:Smtp:Host=mail.example.org")]
    [TestCase("Development", "Email:From", "Email:Smtp:Host=mail.example.org")]
    [TestCase("Development", "Email:From", "Email:From=nonsense")]
    [TestCase("Production", "Email:From", "Email:Smtp:Host=mail.example.org", "Email:From=a@example.org\r\nBcc: b@example.org")]
    [TestCase("Production", "Email:Smtp:Port", "Email:Smtp:Host=m", "Email:From=a@example.org", "Email:Smtp:Port=70000")]
    [TestCase("Production", "Email:Smtp:Security", "Email:Smtp:Host=m", "Email:From=a@example.org", "Email:Smtp:Security=None", "Email:Smtp:User=u", "Email:Smtp:Password=p")]
    [TestCase("Production", "Email:Smtp:Password", "Email:Smtp:Host=m", "Email:From=a@example.org", "Email:Smtp:User=u")]
    [TestCase("Production", "Email:GiveUpHours", "Email:Smtp:Host=m", "Email:From=a@example.org", "Email:GiveUpHours=0")]
    [TestCase("Production", "Email:Concurrency", "Email:Smtp:Host=m", "Email:From=a@example.org", "Email:Concurrency=0")]
    [TestCase("Production", "Email:KeepDays", "Email:Smtp:Host=m", "Email:From=a@example.org", "Email:KeepDays=-1")]
    public void Wrong_value_is_refused_in_one_line_that_names_the_key(string environment, string key, params string[] settings)
    {
        using var services = Build(environment, settings);

        var refusal = Assert.Throws<OptionsValidationException>(() => _ = services.GetRequiredService<IOptions<EmailOptions>>().Value);

        Assert.That(refusal!.Failures, Has.One.Items.And.One.StartsWith(key + " must"));
    }

    [TestCase("localhost", null, SmtpSecurity.None, 25)]
    [TestCase("127.0.0.1", null, SmtpSecurity.None, 25)]
    [TestCase("mail.example.org", null, SmtpSecurity.StartTls, 587)]
    [TestCase("mail.example.org", SmtpSecurity.None, SmtpSecurity.None, 25)]
    [TestCase("mail.example.org", SmtpSecurity.Tls, SmtpSecurity.Tls, 465)]
    public void Way_to_the_server_is_protected_unless_it_is_this_machine(string host, SmtpSecurity? configured, SmtpSecurity security, int port)
    {
        var smtp = new SmtpOptions { Host = host, Security = configured };

        Assert.That((smtp.EffectiveSecurity, smtp.EffectivePort), Is.EqualTo((security, port)));
    }

    [Test]
    public void Development_without_a_server_keeps_mail()
    {
        using var services = Build("Development", []);

        Assert.That(services.GetRequiredService<IMailTransport>().KeepsMail, Is.True);
    }

    [TestCase("Development")]
    [TestCase("Production")]
    public void Server_gets_the_mail_wherever_one_is_named(string environment)
    {
        using var services = Build(environment, Good);

        Assert.That(services.GetRequiredService<IMailTransport>().KeepsMail, Is.False);
    }

    [Test]
    public void Sender_has_its_own_name_or_the_products()
    {
        Assert.That(new EmailOptions { From = "Accounts <a@example.org>" }.Sender("WebApp").DisplayName, Is.EqualTo("Accounts"));
        Assert.That(new EmailOptions { From = "a@example.org" }.Sender("WebApp").DisplayName, Is.EqualTo("WebApp"));
    }

    private static ServiceProvider Build(string environment, string[] settings)
    {
        var builder = App.NewBuilder(new() { EnvironmentName = environment });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create<string, string?>(pair[0], pair[1])));
        builder.Services.Configure<AppOptions>(app => app.BaseUrl = new("https://example.org"));
        builder.AddMail();
        return builder.Services.BuildServiceProvider();
    }
}
