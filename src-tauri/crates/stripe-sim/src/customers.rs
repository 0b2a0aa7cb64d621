//! Customers: create, retrieve, update, list, delete.
//!
//! Deliberately not here: sources, balances, taxes and invoices of a Customer. Their fields stand at rest.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::attachments;
use crate::errors::ApiError;
use crate::form::Params;
use crate::lists::Page;
use crate::table::Object;
use crate::world::Context;
use crate::{addresses, metadata, payment_methods};

/// Stripe's limits, in characters (OpenAPI document).
const MAX_EMAIL_CHARS: usize = 512;
const MAX_NAME_CHARS: usize = 256;
const MAX_PHONE_CHARS: usize = 20;
const MAX_DESCRIPTION_CHARS: usize = 5_000;

/// Parameters of Stripe's that the simulator does not play.
const NOT_SIMULATED: &[&str] = &[
    "balance",
    "bank_account",
    "card",
    "cash_balance",
    "default_alipay_account",
    "default_bank_account",
    "default_card",
    "default_source",
    "invoice_prefix",
    "next_invoice_sequence",
    "source",
    "tax",
    "tax_id_data",
    "test_clock",
];

/// A Customer.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    description: Option<String>,
    business_name: Option<String>,
    individual_name: Option<String>,
    tax_exempt: Option<String>,
    preferred_locales: Vec<String>,
    address: Value,
    shipping: Value,
    pub(crate) metadata: Value,
    invoice_prefix: String,
    default_payment_method: Option<String>,
    /// A deleted Customer keeps its id and nothing else.
    pub(crate) deleted: bool,
}

impl Object for Customer {
    const KIND: &'static str = "customer";
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> u64 {
        self.created
    }
    fn owners(&self) -> Vec<&str> {
        self.email.iter().map(String::as_str).collect()
    }
}

impl Customer {
    pub(crate) fn render(&self) -> Value {
        if self.deleted {
            return json!({"id": self.id, "object": "customer", "deleted": true});
        }
        let mut customer = json!({
            "id": self.id,
            "object": "customer",
            "address": self.address,
            "balance": 0,
            "created": self.created,
            "currency": null,
            "customer_account": null,
            "default_source": null,
            "delinquent": false,
            "description": self.description,
            "discount": null,
            "email": self.email,
            "invoice_prefix": self.invoice_prefix,
            "invoice_settings": {
                "custom_fields": null,
                "default_payment_method": self.default_payment_method,
                "footer": null,
                "rendering_options": null,
            },
            "livemode": false,
            "metadata": self.metadata,
            "name": self.name,
            "next_invoice_sequence": 1,
            "phone": self.phone,
            "preferred_locales": self.preferred_locales,
            "shipping": self.shipping,
            "tax_exempt": self.tax_exempt.as_deref().unwrap_or("none"),
            "test_clock": null,
        });
        // These two are absent rather than null.
        for (field, value) in [("business_name", &self.business_name), ("individual_name", &self.individual_name)] {
            if let Some(value) = value {
                customer[field] = json!(value);
            }
        }
        customer
    }

    /// Reads what create and update share.
    fn read(&mut self, params: &mut Params) -> Result<(), ApiError> {
        params.refuse(NOT_SIMULATED)?;
        let texts = [
            ("name", MAX_NAME_CHARS, &mut self.name),
            ("phone", MAX_PHONE_CHARS, &mut self.phone),
            ("description", MAX_DESCRIPTION_CHARS, &mut self.description),
            ("business_name", MAX_NAME_CHARS, &mut self.business_name),
            ("individual_name", MAX_NAME_CHARS, &mut self.individual_name),
        ];
        for (name, max, field) in texts {
            if let Some(text) = params.bounded(name, max)? {
                *field = addresses::unset_if_empty(text);
            }
        }
        if let Some(email) = addresses::email(params, "email", MAX_EMAIL_CHARS)? {
            self.email = addresses::unset_if_empty(email);
        }
        if let Some(word) = params.one_of_or_unset("tax_exempt", &["exempt", "none", "reverse"])? {
            self.tax_exempt = word.map(str::to_owned);
        }
        if let Some(locales) = params.array("preferred_locales")? {
            self.preferred_locales = locales;
        }
        if let Some(address) = addresses::address(params, "address")? {
            self.address = address;
        }
        if let Some(shipping) = addresses::shipping(params)? {
            self.shipping = shipping;
        }
        metadata::update(params, &mut self.metadata)?;
        Ok(())
    }
}

/// The Customer that a parameter names: it must exist, and not be deleted.
pub(crate) fn named(context: &Context<'_>, params: &mut Params) -> Result<Option<String>, ApiError> {
    let Some(id) = params.filled("customer")? else {
        return Ok(None);
    };
    match context.account.customers.get(&id) {
        Some(customer) if !customer.deleted => Ok(Some(id)),
        Some(_) | None => Err(ApiError { status: 400, ..ApiError::no_such("customer", &id, "customer").not_kept() }),
    }
}

/// The Customer of a path.
fn load(context: &Context<'_>, id: &str) -> Result<Customer, ApiError> {
    context.account.customers.get(id).cloned().ok_or_else(|| ApiError::no_such("customer", id, "id"))
}

/// As `load`; a deleted one counts as missing.
pub(crate) fn load_living(context: &Context<'_>, id: &str) -> Result<Customer, ApiError> {
    load(context, id).and_then(
        |found| {
            if found.deleted { Err(ApiError::no_such("customer", id, "id")) } else { Ok(found) }
        },
    )
}

/// `POST /v1/customers`
pub(crate) fn create(context: &mut Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let mut customer = Customer {
        id: String::new(),
        created: context.now_s(),
        email: None,
        name: None,
        phone: None,
        description: None,
        business_name: None,
        individual_name: None,
        tax_exempt: None,
        preferred_locales: Vec::new(),
        address: Value::Null,
        shipping: Value::Null,
        metadata: json!({}),
        invoice_prefix: String::new(),
        default_payment_method: None,
        deleted: false,
    };
    customer.read(&mut params)?;
    let method = params.filled("payment_method")?;
    let default_method = default_method(&mut params)?;
    params.finish()?;
    let method = method.map(|id| payment_methods::resolve(context, &id, "payment_method")).transpose()?;
    if let Some(method) = &method {
        attachments::check_attachable(context, method)?;
    }
    // A new Customer has no PaymentMethods but the one that comes with it.
    customer.default_payment_method = match default_method {
        Some(Some(wanted)) if method.as_deref() != Some(wanted.as_str()) => {
            return Err(not_of_customer(&wanted).param(DEFAULT_METHOD));
        }
        Some(wanted) => wanted,
        None => None,
    };
    customer.id = context.ids.text("cus_", 14);
    customer.invoice_prefix = context.ids.text("", 8).to_ascii_uppercase();
    let id = customer.id.clone();
    context.account.customers.insert(customer.clone());
    context.record("customer.created", customer.render());
    if let Some(method) = method {
        attachments::carry_out(context, &method, &id);
    }
    Ok(customer.render())
}

const DEFAULT_METHOD: &str = "invoice_settings[default_payment_method]";

/// `invoice_settings[default_payment_method]`: what is left of invoices without Billing. An empty text unsets it.
fn default_method(params: &mut Params) -> Result<Option<Option<String>>, ApiError> {
    let Some(mut settings) = params.object("invoice_settings")? else {
        return Ok(None);
    };
    let method = settings.text("default_payment_method")?.map(addresses::unset_if_empty);
    settings.refuse(&["custom_fields", "footer", "rendering_options"])?;
    settings.finish()?;
    Ok(method)
}

/// A parameter names a PaymentMethod that is not attached to the Customer.
pub(crate) fn not_of_customer(method: &str) -> ApiError {
    ApiError::refused(format!(
        "The customer does not have a payment method with the ID {method}. The payment method must be attached to the customer."
    ))
    .code("resource_missing")
    .param("payment_method")
}

/// `GET /v1/customers/:id`. A deleted one still answers, as deleted.
pub(crate) fn retrieve(context: &Context<'_>, id: &str) -> Result<Value, ApiError> {
    load(context, id).map(|customer| customer.render())
}

/// `POST /v1/customers/:id`
pub(crate) fn update(context: &mut Context<'_>, id: &str, mut params: Params) -> Result<Value, ApiError> {
    let mut customer = load_living(context, id)?;
    customer.read(&mut params)?;
    let default_method = default_method(&mut params)?;
    params.finish()?;
    if let Some(wanted) = default_method {
        if let Some(wanted) = &wanted {
            let owner = context.account.payment_methods.get(wanted).and_then(|method| method.customer.as_deref());
            if owner != Some(id) {
                return Err(not_of_customer(wanted).param(DEFAULT_METHOD));
            }
        }
        customer.default_payment_method = wanted;
    }
    let rendered = customer.render();
    context.account.customers.change(id, |stored| *stored = customer);
    context.record("customer.updated", rendered.clone());
    Ok(rendered)
}

/// A card has left its Customer: it is no default any more. That Stripe tells of it as of any other change is a choice.
pub(crate) fn forget_default(context: &mut Context<'_>, id: &str, method: &str) {
    let changed = context.account.customers.change(id, |customer| {
        (customer.default_payment_method.as_deref() == Some(method)).then(|| {
            customer.default_payment_method = None;
            customer.render()
        })
    });
    if let Some(changed) = changed.flatten() {
        context.record("customer.updated", changed);
    }
}

/// `DELETE /v1/customers/:id`. Its PaymentMethods are detached, and can never be used again.
pub(crate) fn delete(context: &mut Context<'_>, id: &str) -> Result<Value, ApiError> {
    let customer = load_living(context, id)?;
    context.account.customers.change(id, |stored| stored.default_payment_method = None);
    let methods: Vec<String> = context.account.payment_methods.of(id).map(|method| method.id.clone()).collect();
    for method in methods {
        attachments::let_go(context, &method);
    }
    context.account.customers.change(id, |stored| stored.deleted = true);
    context.record("customer.deleted", customer.render());
    retrieve(context, id)
}

/// `GET /v1/customers`. Deleted ones are not listed.
pub(crate) fn list(context: &Context<'_>, mut params: Params) -> Result<Value, ApiError> {
    let page = Page::read(&mut params)?;
    let email = params.filled("email")?;
    params.refuse(&["test_clock"])?;
    params.finish()?;
    page.list(
        &context.account.customers,
        "/v1/customers",
        email.as_deref(),
        |customer: &Customer| !customer.deleted,
        &Customer::render,
    )
}
