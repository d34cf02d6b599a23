using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using WebApp.Platform.Mail;

namespace WebApp.Features.SignIn.Localhost;

/// <summary>Sets up sign-in from this machine without credentials, in Development.</summary>
public static class LocalhostSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services. Outside Development, only the answer that there is no such sign-in.</summary>
        public void AddLocalhostSignIn()
        {
            builder.Services.AddSingleton<LocalhostOffer>();
            if (builder.Environment.IsDevelopment())
            {
                builder.Services.AddOptions<LocalhostOptions>().BindConfiguration("Localhost")
                    .Validate(o => EmailAddress.Parse(o.Email) == o.Email, "Localhost:Email must be an e-mail address.")
                    .ValidateOnStart();
                builder.Services.AddScoped<LocalhostSignIn>();
            }
            else
            {
                builder.Services.Configure<MvcOptions>(mvc => mvc.Conventions.Add(new WithoutLocalhost()));
            }
        }
    }

    private sealed class WithoutLocalhost : IApplicationModelConvention
    {
        public void Apply(ApplicationModel application)
        {
            foreach (var controller in application.Controllers.Where(c => c.ControllerType == typeof(LocalhostSignInController)).ToArray())
            {
                application.Controllers.Remove(controller);
            }
        }
    }
}
