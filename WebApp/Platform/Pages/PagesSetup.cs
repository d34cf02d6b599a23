using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.WebEncoders;
using WebApp.Platform.Http;

namespace WebApp.Platform.Pages;

/// <summary>Wires the Razor pages: views, antiforgery on every form, the cookies that carry notices.</summary>
public static class PagesSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers MVC with views and what the pages are made from.</summary>
        public void AddPages()
        {
            builder.Services.AddSingleton<FormDrafts>();
            builder.Services.AddSingleton<StaleForms>();
            builder.Services.AddSingleton<RepeatedForms>();
            builder.Services.AddControllersWithViews(mvc =>
                {
                    mvc.Filters.Add<AutoValidateAntiforgeryTokenAttribute>();
                    mvc.Filters.AddService<StaleForms>();

                    // Names of fields as jQuery writes them, and files: no form of ours has either, and an exception over the former quotes the name.
                    mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
                    mvc.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
                })
                .AddViewOptions(views => views.HtmlHelperOptions.ClientValidationEnabled = false);
            builder.Services.AddSingleton<CookieTempDataProvider>().AddSingleton<ITempDataProvider, NoticeCookie>();
            builder.Services.Configure<CookieTempDataProviderOptions>(notices => Guard(notices.Cookie, "notice", !builder.Environment.IsDevelopment()));
            builder.Services.AddAntiforgery(forgery =>
            {
                Guard(forgery.Cookie, "antiforgery", !builder.Environment.IsDevelopment());
                forgery.SuppressXFrameOptionsHeader = true; // The security headers say it for every response.
            });

            // Markup characters are always encoded; letters of any script stay letters.
            builder.Services.Configure<WebEncoderOptions>(encoders => encoders.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Answers the second of two equal submits of a browser like the first. Stands before the sessions, which the first may change.</summary>
        public void UseRepeatedForms()
        {
            var repeated = app.Services.GetRequiredService<RepeatedForms>();
            app.UseWhen(
                context => HttpMethods.IsPost(context.Request.Method) && !context.IsApiRequest && context.Request.HasFormContentType && StaleForms.IsNavigation(context.Request),
                pages => pages.Use(repeated.InvokeAsync));
        }
    }

    // Plain http is for Development alone; the __Host- prefix needs Secure, no domain and the root path.
    private static void Guard(CookieBuilder cookie, string name, bool secure)
    {
        cookie.Name = secure ? $"__Host-{name}" : name;
        cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.HttpOnly = true;
        cookie.Path = "/";
    }
}

/// <summary>Style sheet, scripts and icon.</summary>
public static class PageFiles
{
    // The version is a hash of the content (asp-append-version), so what it names never changes.
    private const string Forever = "public, max-age=31536000, immutable";

    extension(WebApplication app)
    {
        /// <summary>Serves <c>wwwroot</c>: files named with their version for a year, others only after asking again.</summary>
        public void UsePageFiles() => app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = file.Context.Request.Query.ContainsKey("v") ? Forever : "no-cache",
        });
    }
}
