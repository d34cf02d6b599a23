using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.WebEncoders;
using WebApp.Platform.Http;
using WebApp.Platform.Text;

namespace WebApp.Platform.Pages;

/// <summary>Sets up the Razor pages: views, antiforgery on every form, the cookies for notices.</summary>
public static class PagesSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers MVC with views and the services of the pages.</summary>
        public void AddPages()
        {
            builder.Services.AddSingleton<FormDrafts>();
            builder.Services.AddSingleton<StaleForms>();
            builder.Services.AddSingleton<RepeatedForms>();
            builder.Services.AddSingleton<IHtmlGenerator, PageHtmlGenerator>();
            builder.Services.AddControllersWithViews(mvc =>
                {
                    mvc.Filters.Add<AutoValidateAntiforgeryTokenAttribute>();
                    mvc.Filters.AddService<StaleForms>();

                    // No form of ours has field names in jQuery's format or files, and an exception about such a name quotes it.
                    mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
                    mvc.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
                })
                .AddDataAnnotationsLocalization(labels => labels.DataAnnotationLocalizerProvider = (_, _) => new TextLocalizer())
                .AddViewOptions(views => views.HtmlHelperOptions.ClientValidationEnabled = false);
            builder.Services.AddSingleton<CookieTempDataProvider>().AddSingleton<ITempDataProvider, NoticeCookie>();
            builder.Services.Configure<CookieTempDataProviderOptions>(notices => Guard(notices.Cookie, "notice", !builder.Environment.IsDevelopment()));
            builder.Services.AddAntiforgery(forgery =>
            {
                Guard(forgery.Cookie, "antiforgery", !builder.Environment.IsDevelopment());
                forgery.SuppressXFrameOptionsHeader = true; // The Content-Security-Policy forbids framing in every response.
            });

            AntiforgeryTokenCache.Add(builder.Services);

            // Markup characters are always encoded; letters of any script are not.
            builder.Services.Configure<WebEncoderOptions>(encoders => encoders.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Answers a browser's repeated submit like the first one. Must come before the sessions, which the first submit may change.</summary>
        public void UseRepeatedForms()
        {
            var repeated = app.Services.GetRequiredService<RepeatedForms>();
            app.UseWhen(
                context => HttpMethods.IsPost(context.Request.Method) && !context.IsApiRequest && context.Request.HasFormContentType && StaleForms.IsNavigation(context.Request),
                pages => pages.Use(repeated.InvokeAsync));
        }
    }

    // Plain HTTP is for Development only; the __Host- prefix requires Secure, no domain and the root path.
    private static void Guard(CookieBuilder cookie, string name, bool secure)
    {
        cookie.Name = secure ? $"__Host-{name}" : name;
        cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.HttpOnly = true;
        cookie.Path = "/";
    }
}
